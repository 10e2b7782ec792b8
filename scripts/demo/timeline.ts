/** One thing that happened in the demo. */
export interface TimelineEvent {
  event: string;
  /** Who did or saw it. */
  who?: string;
  text: string;
  [detail: string]: unknown;
}

/** Prints what happens, for people or, one JSON object a line, for programs. */
export class Timeline {
  readonly #json: boolean;
  readonly #start = Date.now();

  constructor(json: boolean) {
    this.#json = json;
  }

  tell({ event, who = '', text, ...details }: TimelineEvent, at = Date.now()): void {
    if (this.#json) {
      console.log(JSON.stringify({ at: new Date(at).toISOString(), event, who, text, ...details }));
      return;
    }
    const seconds = `${((at - this.#start) / 1000).toFixed(1)} s`;
    console.log(`${seconds.padStart(8)}  ${who.padEnd(12)} ${text}`);
  }

  /** The last line. */
  end(summary: { ok: boolean } & Record<string, unknown>): void {
    if (this.#json) {
      console.log(JSON.stringify({ at: new Date().toISOString(), event: 'summary', ...summary }));
      return;
    }
    console.log(`\n${summary.ok ? 'The whole story worked.' : 'The story did not work.'}`);
    for (const [name, value] of Object.entries(summary)) {
      if (name === 'ok') continue;
      if (Array.isArray(value)) console.log(`  ${name}: ${value.length === 0 ? 'none' : ''}`);
      else console.log(`  ${name}: ${value}`);
      if (Array.isArray(value)) for (const entry of value) console.log(`    ${entry}`);
    }
  }
}
