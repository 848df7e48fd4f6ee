package io.github.ppool.spring.boot.beans;

import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.settings.Nearest;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingProblems;
import io.github.ppool.supervisor.SupervisorSpec;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans that are annotated with {@link Supervised}, and the scopes of specification beans. Only definitions are
 * inspected; no bean is made.
 *
 * @param loops the beans that are supervised, by name
 * @param specifications the scopes of {@link SupervisorSpec} beans that have one, by name
 */
public record SupervisedBeans(Map<String, SupervisedBean> loops, Map<String, Scope> specifications) {

    /** No bean. */
    static final SupervisedBeans NONE = new SupervisedBeans(Map.of(), Map.of());

    private static final String SETTINGS = "ppool.supervised.";

    /**
     * The beans of both kinds.
     *
     * @return a new set of their names
     */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>(specifications.keySet());
        names.addAll(loops.keySet());
        return names;
    }

    /** The scope of the tree that a bean makes. */
    Scope scope(String name) {
        SupervisedBean loop = loops.get(name);
        return loop != null ? loop.scope() : specifications.getOrDefault(name, Scope.NODE);
    }

    static SupervisedBeans find(
            ConfigurableListableBeanFactory beans, PpoolProperties properties, SettingProblems problems) {
        Map<String, PpoolProperties.Supervised> settings = new LinkedHashMap<>(properties.getSupervised());
        Map<String, SupervisedBean> loops = new LinkedHashMap<>();
        Map<String, Scope> specifications = new LinkedHashMap<>();
        List<String> specs = List.of(beans.getBeanNamesForType(SupervisorSpec.class, false, false));
        for (String name : specs) {
            String key = key(settings.keySet(), name);
            Supervised annotation = beans.findAnnotationOnBean(name, Supervised.class, false);
            PpoolProperties.Supervised said = settings.remove(key);
            if (annotation != null || said != null) {
                refuseRestartRules(SETTINGS + key, annotation, said, problems);
                Scope scope = said != null && said.scope() != null
                        ? said.scope()
                        : annotation == null ? Scope.NODE : annotation.scope();
                specifications.put(name, scope);
            }
        }
        for (String name : AnnotatedBeans.names(beans, Supervised.class)) {
            if (!specs.contains(name)) {
                SupervisedBean.checkType(beans, name);
                String key = key(settings.keySet(), name);
                Supervised annotation = Objects.requireNonNull(
                        beans.findAnnotationOnBean(name, Supervised.class, false));
                SupervisedBean bean = SupervisedBean.read(
                        name, SETTINGS + key, annotation, settings.remove(key), problems);
                if (bean.scope() == Scope.CLUSTER && SupervisedBean.isLifecycle(beans, name)) {
                    problems.add(
                            SETTINGS + key + ".scope",
                            "cluster",
                            "the bean is a SmartLifecycle, which Spring starts on each node",
                            "Let the bean be a Runnable or a ProcessBody, or use the scope node.");
                }
                if (bean.period() != null && SupervisedBean.isLifecycle(beans, name)) {
                    problems.add(
                            SETTINGS + key + (bean.period().fixedRate() ? ".fixed-rate" : ".every"),
                            bean.period().every().toString(),
                            "the bean is a SmartLifecycle, which is started once",
                            "Let the bean be a Runnable or a ProcessBody, or remove the setting.");
                }
                loops.put(name, bean);
            }
        }
        unknown(settings.keySet(), loops.keySet(), specs, problems);
        return new SupervisedBeans(loops, specifications);
    }

    /** The name of a bean as the settings spell it. */
    private static String key(Set<String> settings, String name) {
        return settings.stream()
                .filter(said -> PoolNames.uniform(said).equals(PoolNames.uniform(name)))
                .findFirst()
                .orElse(name);
    }

    /** A specification has its own rules of restarts, so those of a supervised bean would have no effect. */
    private static void refuseRestartRules(
            String prefix,
            @Nullable Supervised annotation,
            PpoolProperties.@Nullable Supervised said,
            SettingProblems problems) {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("plan", said == null ? null : said.plan());
        given.put("count", said == null ? null : said.count());
        given.put("reset-after", said == null ? null : said.resetAfter());
        given.put("shutdown", said == null ? null : said.shutdown());
        given.put("every", said == null ? null : said.every());
        given.put("fixed-rate", said == null ? null : said.fixedRate());
        given.put("initial-delay", said == null ? null : said.initialDelay());
        if (annotation != null) {
            given.putIfAbsent("plan", other("plan", annotation.plan()));
            given.putIfAbsent("count", other("count", annotation.count()));
            given.putIfAbsent("reset-after", other("resetAfter", annotation.resetAfter()));
            given.putIfAbsent("shutdown", other("shutdown", annotation.shutdown()));
            given.putIfAbsent("every", other("every", annotation.every()));
            given.putIfAbsent("fixed-rate", other("fixedRate", annotation.fixedRate()));
            given.putIfAbsent("initial-delay", other("initialDelay", annotation.initialDelay()));
        }
        given.forEach((key, value) -> {
            if (value != null) {
                problems.add(
                        prefix + "." + key,
                        String.valueOf(value),
                        "the bean is a SupervisorSpec, for which only the scope may be set",
                        "Set this in the specification itself, and remove it here.");
            }
        });
    }

    /** The value of an element of the annotation; null if it is the default. */
    private static @Nullable String other(String element, String value) {
        boolean isDefault = Arrays.stream(Supervised.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(element))
                .map(Method::getDefaultValue)
                .anyMatch(value::equals);
        return isDefault ? null : value;
    }

    private static void unknown(Set<String> left, Set<String> loops, List<String> specs, SettingProblems problems) {
        Set<String> known = new TreeSet<>(loops);
        known.addAll(specs);
        for (String name : left) {
            // An environment variable makes a second entry, in another spelling, for a known bean.
            if (known.stream().noneMatch(bean -> PoolNames.uniform(bean).equals(PoolNames.uniform(name)))) {
                problems.add(
                        SETTINGS + name,
                        null,
                        "there is no bean '" + name + "' that is annotated with @Supervised",
                        known.isEmpty()
                                ? "Annotate the bean with @Supervised, or remove the setting."
                                : Nearest.asked(name, known) + "These beans are: " + String.join(", ", known) + ".");
            }
        }
    }
}
