package io.github.ppool.spring.boot.endpoint;

import java.util.Set;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the endpoint, beside Spring Boot's own {@code access}.
 *
 * @param showValues When to show payloads, progress texts and failure texts of durable tasks.
 * @param roles Roles used to determine whether a user is authorized to be shown values. When empty, all authenticated
 *     users are authorized.
 */
@ConfigurationProperties("management.endpoint.ppool")
public record PpoolEndpointProperties(@DefaultValue("never") Show showValues, @DefaultValue Set<String> roles) {

    /** Copies the roles. */
    public PpoolEndpointProperties {
        roles = Set.copyOf(roles);
    }

    /** Tells if the principal of a request may see values. */
    boolean shows(SecurityContext security) {
        return showValues.isShown(security, roles);
    }

    /** Tells if a request over JMX may see values. */
    boolean shows() {
        return showValues.isShown(true);
    }
}
