import { resolve } from 'node:path';
import { examine } from '../doctor/doctor.ts';
import { reportInJson, reportInWords } from '../doctor/report.ts';
import { DEFAULT_CONFIG } from './commands.ts';
import { readOptions } from './options.ts';

/** `sallyport doctor`: says of everything the backend needs whether it is as it must be. Status 1 when something is wrong. */
export async function runDoctor(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { config: 'text', json: 'flag', 'no-targets': 'flag' });
  const config = resolve(options.config ?? DEFAULT_CONFIG);
  const findings = await examine({ config, targets: !options['no-targets'] });
  console.log(options.json ? reportInJson(config, findings) : reportInWords(findings));
  if (findings.some(({ verdict }) => verdict === 'wrong')) process.exitCode = 1;
}
