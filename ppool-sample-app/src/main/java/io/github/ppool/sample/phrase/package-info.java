/** Tasks in other words, by a program in Python: the pool {@code phrases}, in the profile {@code python}. */
@NullMarked
package io.github.ppool.sample.phrase;

import org.jspecify.annotations.NullMarked;
