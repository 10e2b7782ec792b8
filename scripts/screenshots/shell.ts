// One window that shows the built pages, without an app behind it: what would be main is played by the page itself.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { app, BrowserWindow, protocol } from 'electron';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const folder = process.argv.at(-1) ?? '';
app.setName('Sallyport screenshots');
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
app.on('window-all-closed', () => undefined);
void app.whenReady().then(() => {
  protocol.handle('app', async (request) => {
    const file = join(folder, new URL(request.url).pathname);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    const bytes = await readFile(file).catch(() => undefined);
    return bytes === undefined
      ? new Response(null, { status: 404 })
      : new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
  });
  const window = new BrowserWindow({
    width: 420,
    height: 640,
    useContentSize: true,
    frame: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, backgroundThrottling: false },
  });
  void window.loadURL('about:blank');
});
