// The least a page can do with a key: write its letter. What everybody pays for the platform between a key and its picture.
import { app, BrowserWindow } from 'electron';

const PAGE = `<!doctype html><title>bare page</title><body style="margin:8px;font:16px monospace"><pre style="margin:0">&gt; </pre><script>
const line = document.querySelector('pre');
addEventListener('keydown', ({ key }) => { if (key.length === 1) line.textContent += key; });
</script>`;

void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 960,
    height: 640,
    autoHideMenuBar: true,
    webPreferences: { sandbox: true },
  });
  void window.loadURL(`data:text/html,${encodeURIComponent(PAGE)}`);
});
