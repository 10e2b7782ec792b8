import type { Terminal } from '../../protocol/ipc/snapshot.ts';

/** How the panes of a tab stand: one, or several in a row or a column, with the share that each has of it (sum 1). */
export type Layout = { pane: string } | { direction: 'row' | 'column'; parts: readonly Part[] };
export interface Part {
  share: number;
  layout: Layout;
}

/** A place in the window, in shares of its width and height. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The line between two parts; `path` and `index` name it for `resized`. */
export interface Divider {
  path: readonly number[];
  index: number;
  direction: 'row' | 'column';
  rect: Rect;
  /** Share of the part before it, of the two that it parts. */
  share: number;
  /** How wide (or high) these two are together, in shares of the window. */
  span: number;
}

type Edge = NonNullable<Terminal['beside']>['edge'];
export type Direction = 'left' | 'right' | 'up' | 'down';

/** No pane gets smaller than this share of its row or column. */
export const SMALLEST = 0.1;
const WHOLE: Rect = { left: 0, top: 0, width: 1, height: 1 };

/** The panes in reading order. */
export function panesOf(layout: Layout): string[] {
  return 'pane' in layout ? [layout.pane] : layout.parts.flatMap((part) => panesOf(part.layout));
}

/** Halves a pane for a new one at its edge. In a row that already goes that way the new one joins the row. */
export function split(layout: Layout, pane: string, edge: Edge, added: string): Layout {
  const direction = edge === 'right' ? 'row' : 'column';
  if ('pane' in layout) {
    if (layout.pane !== pane) return layout;
    return { direction, parts: [half(layout), half({ pane: added })] };
  }
  if (layout.direction !== direction) return mapped(layout, (part) => split(part, pane, edge, added));
  const parts = layout.parts.flatMap((part): Part[] => {
    if (!('pane' in part.layout) || part.layout.pane !== pane) {
      return [{ ...part, layout: split(part.layout, pane, edge, added) }];
    }
    const share = part.share / 2;
    return [
      { ...part, share },
      { share, layout: { pane: added } },
    ];
  });
  return { ...layout, parts };
}

/** Takes a pane out; its room goes to its neighbours. null when nothing is left. */
export function without(layout: Layout, pane: string): Layout | null {
  if ('pane' in layout) return layout.pane === pane ? null : layout;
  const kept = layout.parts.flatMap(({ share, layout: inner }): Part[] => {
    const left = without(inner, pane);
    return left === null ? [] : [{ share, layout: left }];
  });
  const [only] = kept;
  if (only === undefined) return null;
  if (kept.length === 1) return only.layout;
  const sum = kept.reduce((total, { share }) => total + share, 0);
  return { ...layout, parts: kept.map((part) => ({ ...part, share: part.share / sum })) };
}

/** Where each pane is. */
export function places(layout: Layout, rect: Rect = WHOLE): { pane: string; rect: Rect }[] {
  if ('pane' in layout) return [{ pane: layout.pane, rect }];
  return rects(layout, rect).flatMap((inner, i) => places(partAt(layout, i).layout, inner));
}

/** Where the lines between panes are. */
export function dividers(layout: Layout, rect: Rect = WHOLE, path: readonly number[] = []): Divider[] {
  if ('pane' in layout) return [];
  const { direction } = layout;
  return rects(layout, rect).flatMap((inner, index) => {
    const within = dividers(partAt(layout, index).layout, inner, [...path, index]);
    if (index === layout.parts.length - 1) return within;
    const at: Rect =
      direction === 'row'
        ? { ...inner, left: inner.left + inner.width, width: 0 }
        : { ...inner, top: inner.top + inner.height, height: 0 };
    const [before, after] = [partAt(layout, index).share, partAt(layout, index + 1).share];
    const span = (before + after) * (direction === 'row' ? rect.width : rect.height);
    return [...within, { path, index, direction, rect: at, share: before / (before + after), span }];
  });
}

/** Moves a line. @param share of the part before it, of the two that it parts */
export function resized(layout: Layout, { path, index }: Pick<Divider, 'path' | 'index'>, share: number): Layout {
  if ('pane' in layout) return layout;
  const [first, ...rest] = path;
  if (first !== undefined) {
    const parts = layout.parts.map((part, i) =>
      i === first ? { ...part, layout: resized(part.layout, { path: rest, index }, share) } : part,
    );
    return { ...layout, parts };
  }
  const both = partAt(layout, index).share + partAt(layout, index + 1).share;
  const before = Math.max(SMALLEST, Math.min(1 - SMALLEST, share)) * both;
  const parts = layout.parts.map((part, i) => {
    if (i === index) return { ...part, share: before };
    return i === index + 1 ? { ...part, share: both - before } : part;
  });
  return { ...layout, parts };
}

/** The pane next to one, nearest to its middle; undefined at the rim. */
export function neighbour(layout: Layout, pane: string, direction: Direction): string | undefined {
  const all = places(layout);
  const from = all.find((p) => p.pane === pane)?.rect;
  if (from === undefined) return undefined;
  const across = direction === 'left' || direction === 'right';
  const middle = across ? from.top + from.height / 2 : from.left + from.width / 2;
  return all
    .filter(({ rect }) => touches(from, rect, direction))
    .map(({ pane: id, rect }) => {
      const [start, end] = across ? [rect.top, rect.top + rect.height] : [rect.left, rect.left + rect.width];
      return { id, off: Math.max(start - middle, middle - end) };
    })
    .sort((a, b) => a.off - b.off)[0]?.id;
}

function touches(from: Rect, to: Rect, direction: Direction): boolean {
  const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
  switch (direction) {
    case 'left':
      return same(to.left + to.width, from.left) && from.left > 0;
    case 'right':
      return same(to.left, from.left + from.width);
    case 'up':
      return same(to.top + to.height, from.top) && from.top > 0;
    case 'down':
      return same(to.top, from.top + from.height);
    default:
      return direction satisfies never;
  }
}

type Split = Extract<Layout, { parts: unknown }>;

function half(layout: Layout): Part {
  return { share: 0.5, layout };
}

function mapped(layout: Split, change: (layout: Layout) => Layout): Layout {
  return { ...layout, parts: layout.parts.map((part) => ({ ...part, layout: change(part.layout) })) };
}

function partAt(layout: Split, index: number): Part {
  const part = layout.parts[index];
  if (part === undefined) throw new Error('a layout without this part');
  return part;
}

function rects({ direction, parts }: Split, rect: Rect): Rect[] {
  let before = 0;
  return parts.map(({ share }) => {
    const start = before;
    before += share;
    return direction === 'row'
      ? { ...rect, left: rect.left + start * rect.width, width: share * rect.width }
      : { ...rect, top: rect.top + start * rect.height, height: share * rect.height };
  });
}
