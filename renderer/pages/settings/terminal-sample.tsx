import { useSnapshot } from '../../store/snapshot.ts';
import { lookOf } from '../../terminal/look.ts';
import { useColorScheme } from '../../theme/app-theme.tsx';
import { readable } from './readable.ts';
import classes from './terminal-sample.module.css';
import { words } from './words.ts';

/** Some lines as the terminal would draw them with these settings. */
export function TerminalSample() {
  const settings = useSnapshot((s) => s.settings);
  const {
    theme: colors,
    fontFamily,
    fontSize,
    minimumContrastRatio,
  } = lookOf(settings, useColorScheme(), 'var(--mono)');
  const shown = (color = colors.foreground) =>
    readable(color, colors.background, colors.foreground, minimumContrastRatio ?? 1);
  return (
    <div
      role="img"
      aria-label={words.sampleName}
      className={classes.root}
      style={{
        background: colors.background,
        color: colors.foreground,
        fontFamily,
        fontSize,
      }}
    >
      <span style={{ color: shown(colors.green) }}>{words.sampleWho}</span>:
      <span style={{ color: shown(colors.blue) }}>{words.samplePlace}</span>
      {words.sampleCommand}
      {'\n'}
      <span style={{ color: shown(colors.yellow) }}>{words.sampleWarning}</span> {words.sampleText}
      {'\n'}
      <span style={{ color: shown(colors.red) }}>{words.sampleError}</span> {words.sampleLetters}
    </div>
  );
}
