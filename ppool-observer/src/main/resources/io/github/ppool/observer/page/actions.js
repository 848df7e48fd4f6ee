// Actions of an operator. There are none yet.

/** The actions on an object: nothing, as long as there are none. */
export function ActionBar() {
  return null;
}
