import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

export interface Load {
  url: string;
  method: 'GET' | 'POST';
  headers?: OutgoingHttpHeaders;
  body?: string;
}

/** How many answers a second come over so many connections, each asking again as soon as it is answered. */
export async function answersPerSecond(load: Load, connections: number, forMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let answers = 0;
  const started = performance.now();
  const ask = async (): Promise<void> => {
    while (performance.now() - started < forMs) {
      await answer(load, agent);
      answers++;
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, ask));
    return answers / ((performance.now() - started) / 1000);
  } finally {
    agent.destroy();
  }
}

/** One call, its answer read to the end. Rejects for anything but 200. */
export function answer({ url, method, headers, body }: Load, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, agent, headers: { ...headers, ...(body ? JSON_BODY : {}) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${url} answered ${response.statusCode}: ${text}`));
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}

const JSON_BODY = { 'content-type': 'application/json' };
