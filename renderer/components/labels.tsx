import { labelsInOrder, placeLabel } from '../words/labels.ts';
import classes from './labels.module.css';

/** A target's labels as quiet badges; production alone has a colour. @param most how many to draw before "+2" */
export function Labels({ labels, most = 4 }: { labels: Readonly<Record<string, string>>; most?: number }) {
  const ordered = labelsInOrder(labels);
  if (ordered.length === 0) return null;
  const shown = ordered.length <= most + 1 ? ordered : ordered.slice(0, most);
  const rest = ordered.slice(shown.length);
  return (
    <span className={classes.root}>
      {shown.map((label) => (
        <span key={label.key} className={classes.badge} data-production={label.production || undefined}>
          <span className={classes.key}>{label.key} </span>
          {label.value}
        </span>
      ))}
      {rest.length > 0 && (
        <span className={classes.badge} title={rest.map((l) => `${l.key} ${l.value}`).join('\n')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}

/** Only where a target stands (production, staging…), for lists of one line each. */
export function PlaceBadge({ labels }: { labels: Readonly<Record<string, string>> }) {
  const place = placeLabel(labels);
  if (place === undefined) return null;
  return (
    <span className={classes.badge} data-production={place.production || undefined}>
      {place.value}
    </span>
  );
}
