import {
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  NativeSelect,
  SegmentedControl,
  Textarea,
  TextInput,
} from '@mantine/core';

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

/** Bold enough to be a label, never shouting. */
const label = { label: { fontWeight: 600, marginBottom: 5 }, error: { marginTop: 5 } };

/** Mantine in our sizes: 13 px text like the desktop around it, 32 px controls. */
export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Cantarell, Ubuntu, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '19px' },
  lineHeights: { md: '1.45' },
  defaultRadius: '7px',
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs' }, styles: { root: { fontSize: 13, flexShrink: 0 } } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm', errorProps: { role: 'alert' } }, styles: label }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm', errorProps: { role: 'alert' } }, styles: label }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'sm' }, styles: label }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'sm', transitionDuration: 120 } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
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
  };
  return { variables: {}, light: both, dark: both };
};
