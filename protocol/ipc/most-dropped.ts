/** Most files and folders that can be dropped at once: main's question names each, and so many can still be read. */
export const MOST_DROPPED = 20;
