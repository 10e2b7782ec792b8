// A web browser with one window and nothing else, in which a test uses pages as a person would.
import { app, BrowserWindow } from 'electron';

app.setName('Test browser');
app.on('window-all-closed', () => undefined);
void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 900,
    height: 760,
    webPreferences: { partition: 'persist:person', sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.removeMenu();
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  void window.loadURL('about:blank');
});
