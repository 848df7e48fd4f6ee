/**
 * The settings under {@code ppool}: binds and checks them, reports every problem at once, and reads the specifications
 * of the pools from them.
 *
 * <p>From a text to a pool: {@code SettingsBinder} binds {@code PpoolProperties}, {@code BoundPlaceholders} resolves
 * placeholders, {@code SpecReader} makes the specification of a pool, {@code SettingProblems} collects the mistakes,
 * and {@code InvalidPoolSettingsFailureAnalyzer} explains them. {@code PoolProperties} are the settings of one pool.
 * Its superclasses have a topic each ({@code PortProperties}, {@code ExecutorProperties}, {@code QueueProperties}), and
 * so have the groups in it ({@code RestartProperties}, {@code CreationProperties}, {@code TaskRestartProperties},
 * {@code DurableTaskProperties}).
 *
 * <p>Internal: apart from {@link io.github.ppool.spring.boot.settings.PpoolProperties} and its parts, types are public
 * only because the other packages of the starter use them. An application must not use them; they may change in any
 * release.
 */
@NullMarked
package io.github.ppool.spring.boot.settings;

import org.jspecify.annotations.NullMarked;
