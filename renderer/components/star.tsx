import { ActionIcon } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';

/** Whether something is a favourite, and the way to change that. */
export function Star({ label, on, onToggle }: { label: string; on: boolean; onToggle(): void }) {
  const Icon = on ? IconStarFilled : IconStar;
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} aria-pressed={on} onClick={onToggle}>
      <Icon size={16} stroke={1.7} style={on ? { color: 'var(--warm)' } : undefined} aria-hidden />
    </ActionIcon>
  );
}
