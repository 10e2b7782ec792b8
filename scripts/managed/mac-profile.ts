import { SAMPLE } from './sample.ts';
import { NO_TELEMETRY } from './words.ts';
import { xml } from './xml.ts';

/** The bundle id, by which macOS knows whose settings these are. */
const BUNDLE = 'dev.sallyport.app';

/** A configuration profile (Apple, Device Management: ManagedPreferences) with the sample's settings. */
export function macProfile(): string {
  const payload = {
    PayloadType: 'com.apple.ManagedClient.preferences',
    PayloadIdentifier: `${BUNDLE}.managed.settings`,
    // Make others for your own: uuidgen.
    PayloadUUID: 'B7C0B2B4-5D1F-4B39-9A53-6D3F7C6C3A01',
    PayloadVersion: 1,
    PayloadEnabled: true,
    PayloadDisplayName: 'Sallyport settings',
    PayloadContent: { [BUNDLE]: { Forced: [{ mcx_preference_settings: SAMPLE }] } },
  };
  const profile = {
    PayloadType: 'Configuration',
    PayloadIdentifier: `${BUNDLE}.managed`,
    PayloadUUID: 'B7C0B2B4-5D1F-4B39-9A53-6D3F7C6C3A02',
    PayloadVersion: 1,
    PayloadScope: 'System',
    PayloadDisplayName: 'Sallyport',
    PayloadDescription: `Sample of the settings that IT manages. ${NO_TELEMETRY}`,
    PayloadRemovalDisallowed: true,
    PayloadContent: [payload],
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...plistLines(profile),
    '</plist>',
    '',
  ].join('\n');
}

function plistLines(value: unknown): string[] {
  if (typeof value === 'string') return [`<string>${xml(value)}</string>`];
  if (typeof value === 'number') return [`<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [value ? '<true/>' : '<false/>'];
  const indented = (lines: string[]): string[] => lines.map((line) => `  ${line}`);
  if (Array.isArray(value)) return ['<array>', ...indented(value.flatMap(plistLines)), '</array>'];
  const entries = Object.entries(value as object).flatMap(([key, one]) => [
    `<key>${xml(key)}</key>`,
    ...plistLines(one),
  ]);
  return ['<dict>', ...indented(entries), '</dict>'];
}
