package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/** The pools that are declared as {@link PoolSpec} beans. Only their definitions are inspected; no bean is made. */
final class PoolSpecBeans {

    private PoolSpecBeans() {}

    /**
     * The names of the beans. A bean that is not a candidate for injection is left out, because its author wants it to
     * be ignored.
     */
    static List<String> names(ConfigurableListableBeanFactory beans) {
        List<String> names = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(PoolSpec.class, false, false)) {
            if (!beans.containsBeanDefinition(name) || beans.getBeanDefinition(name).isAutowireCandidate()) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * The bean name of the client: {@code reports} for {@code reportsSpec}, {@code reportsClient} for {@code reports}.
     */
    static String clientName(String specBean) {
        for (String suffix : List.of("PoolSpec", "Spec")) {
            if (specBean.endsWith(suffix) && specBean.length() > suffix.length()) {
                return specBean.substring(0, specBean.length() - suffix.length());
            }
        }
        return specBean + "Client";
    }

    /** The type of the client. */
    static ResolvableType clientType(ConfigurableListableBeanFactory beans, String specBean) {
        ResolvableType worker = WorkerBean.declaredType(beans, specBean, PoolSpec.class).as(PoolSpec.class)
                .getGeneric(0);
        return worker.resolve() == null
                ? ResolvableType.forClass(PoolClient.class)
                : ResolvableType.forClassWithGenerics(PoolClient.class, worker);
    }
}
