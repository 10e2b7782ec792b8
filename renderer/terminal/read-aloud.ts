import { create } from 'zustand';

const store = create<{ on: boolean }>(() => ({ on: false }));

/** Whether terminals write their lines also for a screen reader. Of this window: it costs time in a flood. */
export function useReadAloud(): boolean {
  return store((s) => s.on);
}

export function setReadAloud(on: boolean): void {
  store.setState({ on });
}
