import {
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  NativeSelect,
  SegmentedControl,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import switchClasses from './switch.module.css';

const accent: MantineColorsTuple = [
  '#f0f3ff',
  '#e0e7ff',
  '#c2cefd',
  '#9fb3ff',
  '#7c93f5',
  '#6078ec',
  '#4a68e4',
  '#3d59cf',
  '#3349ae',
  '#27398a',
];

/** Mantine's greys of the dark scheme, in the tint of tokens.css: 4 borders, 6 fields, 8 the track of a choice. */
const dark: MantineColorsTuple = [
  '#e8eaed',
  '#c9ced6',
  '#a3abb6',
  '#8b94a1',
  '#414853',
  '#353b44',
  '#24282e',
  '#1d2025',
  '#121417',
  '#0d0f11',
];

/** White on its two filled shades has at least 4.5:1. */
const red: MantineColorsTuple = [
  '#fdeced',
  '#f8d3d6',
  '#efa6ac',
  '#e6767f',
  '#dd5560',
  '#cf3f4b',
  '#bb3340',
  '#bb2a39',
  '#96212d',
  '#711922',
];

/** Bold enough to be a label, never shouting. */
const label = { label: { fontWeight: 600, marginBottom: 5 }, error: { marginTop: 5, lineHeight: 1.4 } };

/** Mantine in our sizes: 13 px text like the desktop around it, 32 px controls. */
export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Cantarell, Ubuntu, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '19px' },
  lineHeights: { xs: '1.4', sm: '1.4', md: '1.45' },
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  defaultRadius: '7px',
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, red, dark },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs' },
      styles: {
        root: { fontSize: 13, fontWeight: 500, flexShrink: 0 },
        // Where motion is reduced Mantine leaves out its transition, and with it what centres the loader.
        loader: { transform: 'translate(-50%, -50%)' },
      },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm', errorProps: { role: 'alert' } }, styles: label }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm', errorProps: { role: 'alert' } }, styles: label }),
    NativeSelect: NativeSelect.extend({
      defaultProps: { size: 'sm' },
      // One that nobody changes here is still read.
      styles: { ...label, input: { opacity: 1 } },
    }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'sm', transitionDuration: 0 } }),
    Switch: Switch.extend({ classNames: { track: switchClasses.track ?? '', thumb: switchClasses.thumb ?? '' } }),
    Checkbox: Checkbox.extend({
      defaultProps: { size: 'xs' },
      // The description's own padding of Mantine comes too late in the cascade: it stood left of its label.
      styles: { description: { paddingInlineStart: 'var(--label-offset-start)', marginTop: 2 } },
    }),
  },
});

/** Mantine's own variables, drawn from tokens.css so that there is one palette. */
export const themeVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-quiet)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-faint)',
    '--mantine-color-disabled-border': 'var(--line)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-color-accent-light-color': 'var(--accent-ink)',
    '--mantine-color-accent-light-hover': 'var(--accent-soft)',
  };
  return { variables: {}, light: both, dark: both };
};
