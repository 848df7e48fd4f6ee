/** What all answers over HTTP have in common. */
@NullMarked
package io.github.ppool.sample.web;

import org.jspecify.annotations.NullMarked;
