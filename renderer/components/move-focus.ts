/** Moves the focus to the next or previous of the elements a selector finds; stays at the ends. */
export function moveFocus(place: HTMLElement | null, selector: string, step: 1 | -1): void {
  const all = [...(place?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const at = all.findIndex((element) => element.contains(document.activeElement));
  const next = all[at === -1 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
}
