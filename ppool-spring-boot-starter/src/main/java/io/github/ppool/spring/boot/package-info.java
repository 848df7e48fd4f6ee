/**
 * The types that an application may use or implement beside the settings under {@code ppool}. All of them are optional.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.spring.boot;

import org.jspecify.annotations.NullMarked;
