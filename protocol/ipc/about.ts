import { z } from 'zod';

/** What this copy of the app is, for a page about it and for IT. */
export const aboutSchema = z.strictObject({
  /** Versions of what it runs on: Electron, Chromium, Node. */
  electron: z.string(),
  chromium: z.string(),
  node: z.string(),
  /** Operating system and kind of processor: "Linux 6.1.0, x64". */
  system: z.string(),
  /** From what it was installed: "deb package". */
  installedFrom: z.string(),
  /** SPDX expression of the app's own licence. */
  licence: z.string(),
});
export type About = z.infer<typeof aboutSchema>;

/** The licences of what ships with the app: by package, and where Chromium's lie. */
export const licencesSchema = z.strictObject({
  packages: z.array(
    z.strictObject({
      name: z.string(),
      version: z.string(),
      licence: z.string(),
      homepage: z.string(),
      text: z.string(),
    }),
  ),
  /** Where the licences of Chromium and all that it is made of lie: some 9 MB, for a browser. */
  chromium: z.string(),
});
export type Licences = z.infer<typeof licencesSchema>;
