import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const portSchema = z.number().int().min(1).max(65535);
const rememberedSchema = z.strictObject({ http: portSchema, gateway: portSchema, identityProvider: portSchema });
export type DemoPorts = z.infer<typeof rememberedSchema>;

/**
 * The ports this demo had last time, where they are still free, otherwise 0: people of the demo are known by their
 * provider's address, and apps by the backend's.
 */
export async function lastPorts(folder: string): Promise<DemoPorts> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '{}');
  const parsed = rememberedSchema.safeParse(parseJson(text));
  const last = parsed.success ? parsed.data : { http: 0, gateway: 0, identityProvider: 0 };
  const ifFree = async (port: number): Promise<number> => (port !== 0 && (await isFree(port)) ? port : 0);
  return {
    http: await ifFree(last.http),
    gateway: await ifFree(last.gateway),
    identityProvider: await ifFree(last.identityProvider),
  };
}

export async function rememberPorts(folder: string, ports: DemoPorts): Promise<void> {
  await writeFile(fileOf(folder), `${JSON.stringify(ports)}\n`);
}

function fileOf(folder: string): string {
  return join(folder, 'ports.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
