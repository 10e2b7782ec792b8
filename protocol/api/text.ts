import { z } from 'zod';

/** What a person wrote. U+0000 cannot be kept, and nobody types it. */
export const written = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), 'must not hold the character U+0000');
/** The same, which may be left out. */
export const sentence = (max: number) => written(max).default('');
