package io.github.ppool.spring.boot.beans;

import java.util.Set;

/**
 * The names by which Spring, Spring Boot and Spring Security look up a bean that may be missing. A pool of such a name
 * would be found and could not be used, or it would keep them from defining their own bean.
 */
final class NamesOfSpring {

    private static final Set<String> NAMES = Set.of(
            // every context
            "applicationEventMulticaster", "applicationStartup", "bootstrapExecutor", "conversionService",
            "environment",
            "lifecycleProcessor", "loadTimeWeaver", "messageSource", "systemEnvironment", "systemProperties",
            "springApplicationAdminRegistrar", "springApplicationArguments", "springBootBanner",
            "springBootLoggerGroups", "springBootLoggingLifecycle", "springBootLoggingSystem", "springBootLogFile",
            "autoConfigurationReport",
            // asynchronous and scheduled methods
            "applicationTaskExecutor", "taskExecutor", "taskScheduler",
            // a web application, on servlets or reactive
            "contextAttributes", "contextParameters", "flashMapManager", "forwardedHeaderTransformer", "handlerAdapter",
            "handlerExceptionResolver", "handlerMapping", "httpHandler", "localeContextResolver", "localeResolver",
            "multipartResolver", "mvcConversionService", "mvcValidator", "serverCodecConfigurer", "servletConfig",
            "servletContext", "themeResolver", "viewNameTranslator", "viewResolver", "webExceptionHandler",
            "webHandler", "webServerGracefulShutdown", "webServerStartStop", "webSessionManager",
            // names that other libraries refer to by default
            "cacheManager", "dataSource", "entityManagerFactory", "jmsListenerContainerFactory",
            "kafkaListenerContainerFactory", "keyGenerator", "mbeanExporter", "mbeanServer", "mongoTemplate",
            "rabbitListenerContainerFactory", "requestMappingHandlerMapping", "sessionRepository",
            "springSecurityFilterChain", "sqlSessionFactory", "transactionManager");

    private NamesOfSpring() {}

    static boolean contain(String name) {
        return NAMES.contains(name);
    }
}
