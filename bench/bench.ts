/** One measurement, made beside what a person would use instead, in the same run. */
export interface BenchLine {
  /** Name of the bench; filled in from the module where left out. */
  bench?: string;
  metric: string;
  /** What to look at: our median, or ours against the baseline where the unit is "ratio". */
  value: number;
  unit: string;
  /** Medians of ours and of the baseline. */
  ours: number;
  baseline: number;
  runs: number;
  /** Of ours (or of the ratio). */
  min: number;
  max: number;
}

/** A set of measurements. */
export interface Bench {
  name: string;
  /** Emits each line as soon as it is known. Rejects with a sentence when it cannot run here. `quick`: under 50 s. */
  run(options: { quick: boolean }, emit: (line: BenchLine) => void): Promise<void>;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return (low + high) / 2;
}
