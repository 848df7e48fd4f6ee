package io.github.ppool.sample.mail;

import io.github.ppool.sample.RemindersProperties;
import java.util.Properties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.mail.autoconfigure.MailProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * A mail server in the process of the application, so that the application runs without further installations. If
 * {@code spring.mail.host} is set, Spring Boot's mail sender is used instead.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "spring.mail.host", matchIfMissing = true, havingValue = "embedded")
@EnableConfigurationProperties(MailProperties.class)
class EmbeddedMailServer {

    /** A server that accepts mails from and to any address. */
    @Bean(initMethod = "start", destroyMethod = "stop")
    EmbeddedSmtp embeddedSmtp(RemindersProperties settings) {
        return new EmbeddedSmtp(settings.mailPort(), settings.keepMails());
    }

    @Bean
    JavaMailSenderImpl mailSender(EmbeddedSmtp server, MailProperties settings) {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost(server.getSmtp().getBindTo());
        sender.setPort(server.getSmtp().getPort());
        Properties properties = new Properties();
        properties.putAll(settings.getProperties());
        sender.setJavaMailProperties(properties);
        return sender;
    }
}
