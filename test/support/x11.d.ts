/** What is used here of the X11 client, which has no types of its own. */
declare module 'x11' {
  type Done<T> = (error: unknown, value: T) => void;

  export interface TestExtension {
    KeyPress: number;
    KeyRelease: number;
    FakeInput(type: number, code: number, time: number, window: number, x: number, y: number): void;
  }

  export interface Client {
    atoms: { WM_NAME: number };
    require(extension: 'xtest', done: Done<TestExtension>): void;
    GetKeyboardMapping(first: number, count: number, done: Done<number[][]>): void;
    QueryTree(window: number, done: Done<{ children: number[] }>): void;
    GetProperty(
      remove: 0,
      window: number,
      name: number,
      type: number,
      offset: number,
      length: number,
      done: Done<{ data: Buffer }>,
    ): void;
    GetWindowAttributes(window: number, done: Done<{ mapState: number }>): void;
    GetImage(
      format: number,
      window: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planes: number,
      done: Done<{ data: Buffer }>,
    ): void;
    GrabKey(window: number, ownerEvents: boolean, held: number, code: number, pointer: 1, keyboard: 1): void;
    UngrabKey(window: number, code: number, held: number): void;
    RaiseWindow(window: number): void;
    SetInputFocus(window: number, revertTo: number): void;
    terminate(): void;
  }

  export interface Display {
    client: Client;
    screen: { root: number }[];
    min_keycode: number;
    max_keycode: number;
  }

  const x11: { createClient(options: { display: string }, done: Done<Display>): void };
  export default x11;
}
