/**
 * The types that an application may use or implement beside the settings under {@code ppool}. All of them are optional.
 */
@NullMarked
package io.github.ppool.spring.boot;

import org.jspecify.annotations.NullMarked;
