import { TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { findFont, isFontName, textWidth, USUAL_FONTS } from './font.ts';
import { Row } from './row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** The terminal's font by its name; sent when the field is left or Enter is pressed. */
export function FontRow() {
  const { value, set, failure } = useSetting('terminalFont');
  const [typed, setTyped] = useState<string | null>(null);
  const id = useId();
  const shown = typed ?? value;
  const odd = !isFontName(shown);
  const keep = async () => {
    if (typed === null || odd) return;
    const name = typed.trim().replace(/\s+/g, ' ');
    if (name === value || (await set(name))) setTyped(null);
  };
  const note = odd || typed !== null ? null : noteOf(value);
  return (
    <Row
      label={words.font}
      htmlFor={id}
      text={note === null ? undefined : <span role="status">{note}</span>}
      failure={odd ? { message: words.fontOdd } : failure}
      control={
        <>
          <TextInput
            id={id}
            size="xs"
            w={180}
            maxLength={100}
            spellCheck={false}
            autoComplete="off"
            list={`${id}-usual`}
            placeholder={words.fontDefault}
            aria-invalid={odd || undefined}
            value={shown}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onBlur={() => void keep()}
            onKeyDown={(event) => {
              if (event.key === 'Enter') void keep();
              if (event.key !== 'Escape' || typed === null) return;
              event.preventDefault();
              setTyped(null);
            }}
          />
          <datalist id={`${id}-usual`}>
            {USUAL_FONTS.map((font) => (
              <option key={font} value={font} />
            ))}
          </datalist>
        </>
      }
    />
  );
}

function noteOf(font: string): string | null {
  if (font === '') return null;
  switch (findFont(font, textWidth())) {
    case 'missing':
      return words.fontMissing(font);
    case 'uneven':
      return words.fontUneven(font);
    case 'even':
      return null;
  }
}
