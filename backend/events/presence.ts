/** Who has an app that listens now: people with an open event stream. */
export class Presence {
  readonly #open = new Map<string, number>();

  /** Returns the function that says the stream is closed. */
  arrive(personId: string): () => void {
    this.#open.set(personId, (this.#open.get(personId) ?? 0) + 1);
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      const left = (this.#open.get(personId) ?? 1) - 1;
      if (left > 0) this.#open.set(personId, left);
      else this.#open.delete(personId);
    };
  }

  isOnline(personId: string): boolean {
    return this.#open.has(personId);
  }
}
