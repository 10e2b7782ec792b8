import {
  IconArrowRight,
  IconBellOff,
  IconClockPlus,
  IconCopy,
  IconDownload,
  IconFileText,
  IconFolder,
  IconInbox,
  IconLogout,
  IconPlugConnected,
  IconPower,
  IconRefresh,
  IconSearch,
  IconServer,
  IconStar,
  IconSunMoon,
  IconTerminal2,
  IconUser,
} from '@tabler/icons-react';
import type { PaletteIcon } from './command.ts';

const ICONS: Record<PaletteIcon, typeof IconUser> = {
  connect: IconPlugConnected,
  time: IconClockPlus,
  release: IconLogout,
  decide: IconInbox,
  star: IconStar,
  template: IconFileText,
  target: IconServer,
  page: IconArrowRight,
  quiet: IconBellOff,
  theme: IconSunMoon,
  terminal: IconTerminal2,
  copy: IconCopy,
  person: IconUser,
  quit: IconPower,
  update: IconDownload,
  network: IconRefresh,
  search: IconSearch,
  files: IconFolder,
};

/** The sign of a kind of command. */
export function CommandIcon({ of }: { of: PaletteIcon }) {
  const Icon = ICONS[of];
  return <Icon size={16} stroke={1.7} aria-hidden />;
}
