package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolGroup;
import io.github.ppool.spring.boot.settings.ExecutorSettings;
import io.github.ppool.spring.boot.settings.GroupReader;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.SettingProblems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * Registers the groups as beans of their names, as {@link PoolBeanRegistrar} does with pools, in the same two steps.
 */
final class GroupBeans {

    /** The attribute of a definition of a group's bean. Its value is the name of the group. */
    static final String GROUP_ATTRIBUTE = GroupBeans.class.getName() + ".group";

    private GroupBeans() {}

    /** Registers the names. A group of a context above is used from there. */
    static void register(PpoolProperties properties, Set<String> above, ConfigurableListableBeanFactory beans,
            BeanDefinitionRegistry registry, SettingProblems problems) {
        properties.getGroups().keySet().removeAll(above);
        for (String name : properties.getGroups().keySet()) {
            String property = GroupReader.property(name);
            if (!PoolNames.isValid(name) || properties.getPools().containsKey(name)) {
                continue; // GroupReader tells of it
            }
            if (registry.isBeanNameInUse(name) || beans.containsSingleton(name) || NamesOfSpring.contain(name)) {
                problems.add(property, null,
                        NamesOfSpring.contain(name)
                                ? "a group is a bean of its name, and Spring looks up the bean '" + name
                                        + "' for a purpose of its own"
                                : "a group is a bean of its name, and there is another bean named '" + name
                                        + "' already",
                        "Rename the group, for example to " + name + "Group, or the bean.");
                continue;
            }
            RootBeanDefinition definition = new RootBeanDefinition(PoolGroup.class);
            definition.setInstanceSupplier(() -> beans.getBean(PoolClients.class).group(name));
            definition.setResourceDescription(property);
            definition.setAttribute(GROUP_ATTRIBUTE, name);
            definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
            registry.registerBeanDefinition(name, definition);
            if (ExecutorSettings.isExecutor(properties.getGroups().get(name))) {
                ExecutorBeans.registerForGroup(name, beans, registry, problems);
            }
            String alias = PoolNames.camelCase(name);
            if (!registry.isBeanNameInUse(alias) && !properties.getPools().containsKey(alias)
                    && !NamesOfSpring.contain(alias)) {
                registry.registerAlias(name, alias);
            }
        }
    }

    /**
     * Gives the beans the type of the workers, which is that of each member.
     *
     * @return the groups that are beans
     */
    static Map<String, PpoolProperties.Group> typed(PpoolProperties properties, Map<String, WorkerBean> workers,
            Map<String, String> specBeans, ConfigurableListableBeanFactory beans, SettingProblems problems) {
        Map<String, PpoolProperties.Group> groups = new LinkedHashMap<>();
        for (Map.Entry<String, PpoolProperties.Group> entry : properties.getGroups().entrySet()) {
            String name = entry.getKey();
            PpoolProperties.Group group = entry.getValue();
            ResolvableType type = null;
            String first = null;
            for (String member : Objects.requireNonNullElse(group.members(), List.<String>of())) {
                ResolvableType found = workerType(member, workers, specBeans, beans);
                if (found == null) {
                    continue;
                }
                if (type != null && !type.toString().equals(found.toString())) {
                    problems.add(GroupReader.property(name) + ".members", String.join(", ", group.members()),
                            "the members of a group must have workers of one type, and '" + first + "' has workers of "
                                    + type + ", '" + member + "' of " + found,
                            "Make a group for each type of workers.");
                    break;
                }
                type = found;
                first = first == null ? member : first;
            }
            if (beans.containsBeanDefinition(name)
                    && name.equals(beans.getBeanDefinition(name).getAttribute(GROUP_ATTRIBUTE))) {
                groups.put(name, group);
                if (type != null) {
                    ((RootBeanDefinition) beans.getBeanDefinition(name))
                            .setTargetType(ResolvableType.forClassWithGenerics(PoolGroup.class, type));
                }
            }
        }
        return groups;
    }

    /** The type of the workers of a pool; null if it is not known. */
    private static @Nullable ResolvableType workerType(String pool, Map<String, WorkerBean> workers,
            Map<String, String> specBeans, ConfigurableListableBeanFactory beans) {
        WorkerBean worker = workers.get(pool);
        ResolvableType type = worker != null
                ? worker.workerType()
                : specBeans.containsKey(pool)
                        ? PoolSpecBeans.clientType(beans, specBeans.get(pool)).getGeneric(0)
                        : ResolvableType.NONE;
        return type.resolve() == null ? null : type;
    }
}
