// The least an Electron tray app can be: what everybody pays for the platform, and the baseline of ours.
import { app, BrowserWindow, nativeImage, Tray } from 'electron';

let tray: Tray | undefined;
let window: BrowserWindow | undefined;

app.on('window-all-closed', () => undefined);
void app.whenReady().then(() => {
  tray = new Tray(nativeImage.createEmpty());
  tray.on('click', () => {
    if (window) return window.show();
    window = new BrowserWindow({
      width: 420,
      height: 640,
      show: false,
      frame: false,
      webPreferences: { sandbox: true },
    });
    window.once('ready-to-show', () => window?.show());
    void window.loadURL('data:text/html,<h1>Hello</h1>');
  });
});
