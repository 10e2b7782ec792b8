import { ActionIcon } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { durationWords } from '../../words/durations.ts';
import { targetsInWords } from '../ask/offer.ts';
import { renamed } from '../ask/templates.ts';
import { Row, Rows } from './row.tsx';
import { useTakeAway } from './take-away.tsx';
import { TemplateName } from './template-name.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Asks kept under a name; they are made where an ask is written. */
export function Templates() {
  const setting = useSetting('templates');
  const { value: templates, set, failure } = setting;
  const [renaming, setRenaming] = useState<string | null>(null);
  const { take, undo } = useTakeAway(setting, (template) => template.name, words.deleted);
  return (
    <Rows name={words.templates}>
      {templates.length === 0 && undo === false && <Row label={words.noTemplates} quiet />}
      {templates.map((template) => {
        const { name, targets, login, durationSeconds } = template;
        if (renaming === name)
          return (
            <TemplateName
              key={name}
              name={name}
              templates={templates}
              onKeep={async (next) => {
                if (await set(renamed(templates, name, next))) setRenaming(null);
              }}
              onLeave={() => setRenaming(null)}
            />
          );
        return (
          <Row
            key={name}
            label={name}
            text={words.template(login, targetsInWords(targets), durationWords(durationSeconds))}
            control={
              <>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={words.renameOne(name)}
                  onClick={() => setRenaming(name)}
                >
                  <IconPencil size={16} stroke={1.7} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={words.deleteOne(name)}
                  onClick={() => void take(template)}
                >
                  <IconTrash size={16} stroke={1.7} aria-hidden />
                </ActionIcon>
              </>
            }
          />
        );
      })}
      {undo}
      {failure !== null && <Row label={words.templates} failure={failure} />}
    </Rows>
  );
}
