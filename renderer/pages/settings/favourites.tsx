import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Row, Rows } from './row.tsx';
import { useTakeAway } from './take-away.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Targets kept at the top of Access. */
export function Favourites() {
  const setting = useSetting('favourites');
  const { value: favourites, failure } = setting;
  const { take, undo } = useTakeAway(setting, String, words.removed);
  return (
    <Rows name={words.favourites}>
      {favourites.length === 0 && undo === false && <Row label={words.noFavourites} quiet />}
      {favourites.map((name) => (
        <Row
          key={name}
          label={name}
          control={
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.removeOne(name)}
              onClick={() => void take(name)}
            >
              <IconX size={16} stroke={1.7} aria-hidden />
            </ActionIcon>
          }
        />
      ))}
      {undo}
      {failure !== null && <Row label={words.favourites} failure={failure} />}
    </Rows>
  );
}
