package io.github.ppool.spring.boot.beans;

import io.github.ppool.process.ProcessBody;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.settings.PlanItem;
import io.github.ppool.spring.boot.settings.PlanReader;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingProblems;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.SmartLifecycle;

/**
 * A bean that is annotated with {@link Supervised}. Only its definition is inspected; no bean is made.
 *
 * @param name the name of the bean
 * @param policy the plan of the bean
 * @param shutdown the time that the thread of the bean may take to end
 * @param period the pauses of a bean that is called again and again; null for an endless loop
 * @param scope the nodes on which the bean runs
 */
record SupervisedBean(
        String name, RestartPolicy policy, Duration shutdown, @Nullable Period period, Scope scope) {

    /**
     * The times of a bean that is called again and again.
     *
     * @param every the pause between two runs, more than zero; with a fixed rate, the time from the beginning of a run
     *     to that of the next one
     * @param fixedRate true if the runs have a rhythm; times that pass during a run are skipped
     * @param initialDelay the pause before the first run, zero or more
     */
    record Period(Duration every, boolean fixedRate, Duration initialDelay) {

        /** The runs of one bean. Used by the bean's process alone, and by the next one after a restart. */
        ProcessBody repeated(ProcessBody run) {
            AtomicBoolean begun = new AtomicBoolean();
            AtomicReference<@Nullable Rhythm> known = new AtomicReference<>();
            return self -> {
                if (!begun.getAndSet(true)) {
                    self.sleep(initialDelay); // only once: the plan has its own pauses
                }
                long now = self.clock().nanoTime();
                Rhythm rhythm = known.get();
                if (rhythm == null) {
                    rhythm = new Rhythm(now, this);
                    known.set(rhythm);
                }
                rhythm.beginsAt(now);
                while (true) {
                    run.run(self);
                    self.sleep(rhythm.pause(self.clock().nanoTime()));
                }
            };
        }
    }

    /** When the next run of a bean comes. */
    static final class Rhythm {
        private final long firstNanos;
        private final long everyNanos;
        private final boolean fixed;
        /** The number of the time at which the last run has begun. */
        private long last;

        Rhythm(long firstNanos, Period period) {
            this.firstNanos = firstNanos;
            this.everyNanos = Math.min(TimeUnit.NANOSECONDS.convert(period.every), Long.MAX_VALUE / 4);
            this.fixed = period.fixedRate;
        }

        /** A run begins now, maybe not at one of the times. */
        void beginsAt(long nowNanos) {
            last = (nowNanos - firstNanos) / everyNanos;
        }

        /** A run has ended now: the time until the next one, which then begins. */
        Duration pause(long nowNanos) {
            if (!fixed) {
                return Duration.ofNanos(everyNanos);
            }
            long since = nowNanos - firstNanos;
            last = Math.max(last + 1, -Math.floorDiv(-since, everyNanos));
            return Duration.ofNanos(last * everyNanos - since);
        }
    }

    /** The name of the bean that knows when a {@link SmartLifecycle} should run. */
    static String watchName(String bean) {
        return bean + ".supervised";
    }

    static boolean isLifecycle(ConfigurableListableBeanFactory beans, String name) {
        return beans.isTypeMatch(name, SmartLifecycle.class);
    }

    static void checkType(ConfigurableListableBeanFactory beans, String name) {
        boolean canBe = isLifecycle(beans, name)
                || beans.isTypeMatch(name, Runnable.class)
                || beans.isTypeMatch(name, ProcessBody.class);
        if (!canBe || !beans.isSingleton(name)) {
            Class<?> type = beans.getType(name, false);
            throw new InvalidPpoolBeanException(
                    "The bean '" + name + "'" + (type == null ? "" : " of class " + type.getName())
                            + " is annotated with @Supervised, but it is "
                            + (canBe ? "no singleton." : "no Runnable, ProcessBody or SmartLifecycle."),
                    canBe
                            ? "Give it the singleton scope, or remove @Supervised."
                            : "Declare it as one of these types (the return type of a @Bean method counts), or remove"
                                    + " @Supervised.",
                    null);
        }
    }

    static SupervisedBean read(
            String name,
            String prefix,
            Supervised annotation,
            PpoolProperties.@Nullable Supervised said,
            SettingProblems problems) {
        PlanReader plans = new PlanReader(problems);
        List<PlanItem> plan = said == null ? null : said.plan();
        String count = said == null ? null : said.count();
        // A value of the annotation is not parsed if a setting replaces it.
        RestartPolicy policy = RestartPolicy.POOL_DEFAULT;
        if (plan == null) {
            policy = policy.withPlan(plans.ofText(prefix + ".plan", annotation.plan()));
        }
        if (count == null) {
            policy = policy.withCount(plans.count(prefix + ".count", annotation.count(), policy.count()));
        }
        Duration resetAfter = said != null && said.resetAfter() != null
                ? said.resetAfter()
                : duration(prefix + ".reset-after", annotation.resetAfter(), problems);
        policy = plans.policy(prefix, policy, plan, count, resetAfter);
        for (String warning : policy.warnings()) {
            problems.warn(prefix + ".plan", policy.plan().toString(), warning);
        }
        Duration shutdown = said != null && said.shutdown() != null
                ? said.shutdown()
                : duration(prefix + ".shutdown", annotation.shutdown(), problems);
        if (shutdown.isNegative()) {
            problems.add(prefix + ".shutdown", "shutdown must not be negative", "Use zero or more.");
        }
        Period period = period(prefix, annotation, said, problems);
        Scope scope = said != null && said.scope() != null ? said.scope() : annotation.scope();
        return new SupervisedBean(name, policy, shutdown, period, scope);
    }

    private static @Nullable Period period(
            String prefix, Supervised annotation, PpoolProperties.@Nullable Supervised said, SettingProblems problems) {
        Duration delay = said == null ? null : said.every();
        Duration rate = said == null ? null : said.fixedRate();
        if (delay == null && rate == null) {
            delay = pause(prefix + ".every", annotation.every(), null, problems);
            rate = pause(prefix + ".fixed-rate", annotation.fixedRate(), null, problems);
        }
        Duration initialDelay = pause(prefix + ".initial-delay", annotation.initialDelay(),
                said == null ? null : said.initialDelay(), problems);
        if (delay != null && rate != null) {
            problems.add(prefix + ".fixed-rate", rate.toString(),
                    "the runs have a fixed rate, or a fixed pause between them, and every is set, too",
                    "Remove one of them.");
        }
        Duration every = delay != null ? delay : rate;
        if (every == null) {
            if (initialDelay != null) {
                problems.add(prefix + ".initial-delay", initialDelay.toString(),
                        "initial-delay belongs to a bean that is called again and again, and every is not set",
                        "Set every or fixed-rate, too, or remove initial-delay.");
            }
            return null;
        }
        if (every.isNegative() || every.isZero()) {
            String name = delay != null ? "every" : "fixed-rate";
            problems.add(prefix + "." + name, every.toString(), name + " must be positive",
                    "Use a duration of more than zero, such as 500ms, 30s or 10m.");
        }
        if (initialDelay != null && initialDelay.isNegative()) {
            problems.add(prefix + ".initial-delay", initialDelay.toString(), "initial-delay must not be negative",
                    "Use zero or more.");
        }
        return new Period(every, delay == null, initialDelay == null ? Duration.ZERO : initialDelay);
    }

    /** A pause that a setting, or else the annotation, names; null if neither does. */
    private static @Nullable Duration pause(
            String property, String text, @Nullable Duration said, SettingProblems problems) {
        return said != null ? said : text.isBlank() ? null : duration(property, text, problems);
    }

    private static Duration duration(String property, String text, SettingProblems problems) {
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException noDuration) {
            problems.add(property, text, "the value in @Supervised must be a duration",
                    "Write a duration such as 500ms, 5s or 2m.");
            return Duration.ZERO;
        }
    }
}
