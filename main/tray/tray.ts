import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { Store } from '../store.ts';
import { type TrayAct, type TrayIcon, type TrayItem, type TrayView, trayView } from './tray-view.ts';

/** How often it is looked whether time alone has changed something, ms: it says when access ends, so not late then. */
const REDRAW_MS = { open: 1_000, otherwise: 30_000 } as const;

interface TrayOptions {
  store: Store;
  /** Folder with a folder of images for each platform. */
  images: string;
  onClick: () => void;
  onAct: (act: TrayAct) => void;
  /** Shows a number at the app's icon, where the desktop has a place for it. */
  onWaiting: (count: number) => void;
  now: () => number;
}

/** The icon in the tray, drawn from the state. */
export class TrayDrawing {
  readonly #options: TrayOptions;
  #tray: Tray | undefined;
  #drawn: TrayView | undefined;
  #redraw: ReturnType<typeof setTimeout> | undefined;
  readonly #unsubscribe: () => void;

  constructor(options: TrayOptions) {
    this.#options = options;
    this.remake();
    this.#unsubscribe = options.store.subscribe(() => this.#draw());
  }

  /** Makes the icon anew: on Linux, one made while no tray was running is never seen by a tray that starts later. */
  remake(): void {
    this.#tray?.destroy();
    this.#drawn = undefined;
    this.#tray = new Tray(this.#image('signed-out'));
    this.#tray.on('click', this.#options.onClick);
    this.#draw();
  }

  #draw(): void {
    const view = trayView(this.#options.store.state, this.#options.now());
    clearTimeout(this.#redraw);
    this.#redraw = setTimeout(() => this.#draw(), view.open > 0 ? REDRAW_MS.open : REDRAW_MS.otherwise);
    const drawn = this.#drawn;
    if (!this.#tray || JSON.stringify(view) === JSON.stringify(drawn)) return;
    this.#drawn = view;
    if (view.waiting !== (drawn?.waiting ?? 0)) this.#options.onWaiting(view.waiting);
    if (view.icon !== drawn?.icon) this.#tray.setImage(this.#image(view.icon));
    if (view.tooltip !== drawn?.tooltip) this.#tray.setToolTip(view.tooltip);
    this.#tray.setContextMenu(Menu.buildFromTemplate(view.items.map((item) => this.#menuItem(item))));
  }

  #image(icon: TrayIcon): Electron.NativeImage {
    // macOS draws an image whose name ends in Template in the colour of its menu bar. Beside each lies its @2x.
    const name = process.platform === 'darwin' ? `${icon}Template.png` : `${icon}.png`;
    return nativeImage.createFromPath(join(this.#options.images, process.platform, name));
  }

  #menuItem(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'text':
        return { label: escaped(item.label), enabled: false };
      case 'act':
        return { label: escaped(item.label), click: () => this.#options.onAct(item.act) };
      case 'menu':
        return { label: escaped(item.label), submenu: item.items.map((inner) => this.#menuItem(inner)) };
      default:
        return item satisfies never;
    }
  }

  dispose(): void {
    this.#unsubscribe();
    clearTimeout(this.#redraw);
    this.#tray?.destroy();
    this.#tray = undefined;
  }
}

/** In a menu label, `&` marks the letter of the shortcut. */
function escaped(label: string): string {
  return label.replaceAll('&', '&&');
}
