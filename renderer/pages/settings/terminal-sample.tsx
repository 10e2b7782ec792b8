import { useSnapshot } from '../../store/snapshot.ts';
import { colorsOf } from '../../terminal/colors.ts';
import { useColorScheme } from '../../theme/app-theme.tsx';
import { isFontName } from './font.ts';
import classes from './terminal-sample.module.css';
import { words } from './words.ts';

/** Some lines as the terminal would draw them with these settings. */
export function TerminalSample() {
  const { terminalColors: chosen, terminalFont: font, terminalFontSize: size } = useSnapshot((s) => s.settings);
  const scheme = useColorScheme();
  const colors = colorsOf(chosen, scheme);
  return (
    <div
      role="img"
      aria-label={words.sampleName}
      className={classes.root}
      style={{
        background: colors.background,
        color: colors.foreground,
        fontFamily: font !== '' && isFontName(font) ? `"${font}", var(--mono)` : 'var(--mono)',
        fontSize: size,
      }}
    >
      <span style={{ color: colors.green }}>{words.sampleWho}</span>:
      <span style={{ color: colors.blue }}>{words.samplePlace}</span>
      {words.sampleCommand}
      {'\n'}
      <span style={{ color: colors.yellow }}>{words.sampleWarning}</span> {words.sampleText}
      {'\n'}
      <span style={{ color: colors.red }}>{words.sampleError}</span> {words.sampleLetters}
    </div>
  );
}
