import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** A small button that is only an icon. */
export function IconAct({ label, disabled = false, pressed, onClick, children }: Props) {
  return (
    <ActionIcon
      type="button"
      variant={pressed ? 'light' : 'subtle'}
      color={pressed ? 'accent' : 'gray'}
      size={26}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
