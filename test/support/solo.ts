import { type Display, startDisplay } from '../../scripts/display.ts';
import { Login1 } from './desktop/login1.ts';
import { Person } from './person.ts';
import { type Stack, startStack } from './stack.ts';
import { XScreen } from './x-screen.ts';

/** Erin alone before her computer, which can sleep and be locked, and the org's side of it. */
export interface Solo {
  display: Display;
  screen: XScreen;
  login1: Login1;
  stack: Stack;
  erin: Person;
  dispose(): Promise<void>;
}

/** Starts it; nobody is signed in yet. @param env more environment for the app */
export async function startSolo(executable: string, env: Readonly<Record<string, string>> = {}): Promise<Solo> {
  const ends: (() => unknown)[] = [];
  const dispose = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const display = await startDisplay();
    ends.push(() => display.dispose());
    const screen = await XScreen.open(display.name);
    ends.push(() => screen.dispose());
    const login1 = await Login1.start();
    ends.push(() => login1.dispose());
    const stack = await startStack();
    ends.push(() => stack.dispose());
    const erin = await Person.start('Erin Okafor', {
      ...{ executable, display: display.name, backend: stack.backend.address },
      env: { ...login1.env, ...env },
    });
    ends.push(() => erin.dispose());
    return { display, screen, login1, stack, erin, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
