package io.github.ppool.spring.boot.settings;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * A condition for a part of ppool that is on by default and a setting switches off, or the reverse. The values are all
 * words that Spring Boot converts to false or true. Any other value has no effect here: it is refused later, when all
 * settings are checked.
 */
public abstract class SwitchCondition extends SpringBootCondition {

    private static final Set<String> OFF = Set.of("false", "off", "no", "0");
    private static final Set<String> ON = Set.of("true", "on", "yes", "1");

    private final String property;
    private final boolean byDefault;

    /**
     * A condition for a part that is on by default.
     *
     * @param property the name of the setting
     */
    protected SwitchCondition(String property) {
        this(property, true);
    }

    /**
     * A condition.
     *
     * @param property the name of the setting
     * @param byDefault true if the part is on unless the setting switches it off
     */
    protected SwitchCondition(String property, boolean byDefault) {
        this.property = property;
        this.byDefault = byDefault;
    }

    @Override
    public final ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean isSwitched = isSwitched(context.getEnvironment());
        return new ConditionOutcome(byDefault != isSwitched, ConditionMessage.forCondition("ppool's switch")
                .because(property + " is " + (isSwitched ? "" : "not ") + !byDefault));
    }

    private boolean isSwitched(Environment settings) {
        String value;
        try {
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(settings)) {
                ConfigurationProperty found = source.getConfigurationProperty(ConfigurationPropertyName.of(property));
                if (found != null && BoundPlaceholders.areTooMany(found.getValue())) {
                    return false;
                }
            }
            value = settings.getProperty(property);
        } catch (IllegalArgumentException | StackOverflowError circular) {
            // It is refused with all other settings.
            return false;
        }
        return value != null && (byDefault ? OFF : ON).contains(value.strip().toLowerCase(Locale.ROOT));
    }
}
