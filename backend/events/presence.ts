/** Who has an app that listens at this node now: people with an open event stream. */
export class Presence {
  readonly #open = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  /** Returns the function that says the stream is closed. */
  arrive(personId: string): () => void {
    const before = this.#open.get(personId) ?? 0;
    this.#open.set(personId, before + 1);
    if (before === 0) this.#tell();
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      const left = (this.#open.get(personId) ?? 1) - 1;
      if (left > 0) this.#open.set(personId, left);
      else {
        this.#open.delete(personId);
        this.#tell();
      }
    };
  }

  isOnline(personId: string): boolean {
    return this.#open.has(personId);
  }

  /** Everybody who is online here. */
  people(): string[] {
    return [...this.#open.keys()];
  }

  /** Called when somebody comes who was not here, or is here no more. Returns the function that calls it off. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
