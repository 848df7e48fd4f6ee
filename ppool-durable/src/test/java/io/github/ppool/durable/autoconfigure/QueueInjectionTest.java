package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.autoconfigure.DurableRunner.SmtpWorker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Queues are injected by the type of the payload, by the name of the tasks, or by the name of the parameter. */
class QueueInjectionTest {

    record Mail(String to) {}

    record Message(String text) {}

    /** The names of these classes make the beans sendMail and sendSms, which are not the queues of those names. */
    static class SendMail {
        @PoolTask(pool = "smtp", name = "send-mail")
        void send(Message message, SmtpWorker worker) {}
    }

    static class SendSms {
        @PoolTask(pool = "smtp", name = "send-sms")
        void send(Message message) {}
    }

    static class Other {
        @PoolTask(pool = "smtp", name = "mails")
        void all(List<Mail> mails) {}

        @PoolTask(pool = "smtp", name = "fax.old")
        void fax(Message message) {}

        @PoolTask(pool = "smtp", name = "smtp")
        void likeThePool(Mail mail) {}
    }

    abstract static class Base<P> {
        @PoolTask(pool = "smtp", name = "inherited")
        void run(P payload, SmtpWorker worker) {}
    }

    record Order(int id) {}

    static class OfOrders extends Base<Order> {
    }

    @Configuration(proxyBeanMethods = false)
    static class Handlers {
        @Bean
        SendMail sendMail() {
            return new SendMail();
        }

        @Bean
        SendSms sendSms() {
            return new SendSms();
        }

        @Bean
        Other other() {
            return new Other();
        }

        @Bean
        OfOrders ofOrders() {
            return new OfOrders();
        }
    }

    private final ApplicationContextRunner runner = DurableRunner.h2()
            .withUserConfiguration(Handlers.class)
            .withPropertyValues("ppool.durable.run=false");

    record ByParameter(DurableQueue<Message> sendMail, DurableQueue<Message> sendSms, DurableQueue<Message> faxOld) {}

    record ByType(DurableQueue<List<Mail>> any, DurableQueue<Mail> one, DurableQueue<Order> orders) {}

    record Providers(ObjectProvider<DurableQueue<Message>> sendSms) {}

    record Qualified(
            @Qualifier("send-sms") DurableQueue<Message> sendMail,
            @Qualifier("fax.old") DurableQueue<Message> fax,
            @Qualifier("smtp") DurableQueue<Mail> likeThePool) {
    }

    static class Fields {
        @Autowired
        DurableQueue<Message> sendMail;
        @Autowired
        @Qualifier("send-mail")
        DurableQueue<Message> byQualifier;
        @Autowired
        Map<String, DurableQueue<?>> all;
        @Autowired
        SendMail handler;
    }

    @Test
    void by_the_name_of_the_parameter_even_if_another_bean_has_it() {
        runner.withBean(ByParameter.class).withBean(Fields.class).withBean(Providers.class).run(context -> {
            assertThat(context).hasNotFailed();
            ByParameter parameters = context.getBean(ByParameter.class);
            assertThat(parameters.sendMail()).hasToString("DurableQueue(send-mail version 1 on smtp)");
            assertThat(parameters.sendSms()).hasToString("DurableQueue(send-sms version 1 on smtp)");
            assertThat(parameters.faxOld()).hasToString("DurableQueue(fax.old version 1 on smtp)");
            Fields fields = context.getBean(Fields.class);
            assertThat(fields.sendMail).isSameAs(parameters.sendMail()).isSameAs(fields.byQualifier);
            assertThat(fields.all).hasSize(6);
            assertThat(context.getBean("sendMail")).isSameAs(fields.handler);
            assertThat(context.getBean(Providers.class).sendSms().getObject()).isSameAs(parameters.sendSms());
        });
    }

    @Test
    void by_the_type_of_the_payload() {
        runner.withBean(ByType.class).run(context -> {
            assertThat(context).hasNotFailed();
            ByType types = context.getBean(ByType.class);
            assertThat(types.any()).hasToString("DurableQueue(mails version 1 on smtp)");
            assertThat(types.one()).hasToString("DurableQueue(smtp version 1 on smtp)");
            assertThat(types.orders()).hasToString("DurableQueue(inherited version 1 on smtp)");
        });
    }

    @Test
    void by_a_qualifier() {
        runner.withBean(Qualified.class).run(context -> {
            assertThat(context).hasNotFailed();
            Qualified qualified = context.getBean(Qualified.class);
            assertThat(qualified.sendMail()).hasToString("DurableQueue(send-sms version 1 on smtp)");
            assertThat(qualified.fax()).hasToString("DurableQueue(fax.old version 1 on smtp)");
            assertThat(qualified.likeThePool()).hasToString("DurableQueue(smtp version 1 on smtp)");
        });
    }

    record Ambiguous(DurableQueue<Message> queue) {}

    record None(DurableQueue<String> queue) {}

    record WrongName(@Qualifier("send-mai") DurableQueue<Message> queue) {}

    record WrongType(@Qualifier("mails") DurableQueue<Message> queue) {}

    private FailureAnalysis refused(Class<?> bean) {
        FailureAnalysis[] result = new FailureAnalysis[1];
        runner.withBean(bean).run(context -> result[0] = DurableRunner.analysis(context));
        return result[0];
    }

    @Test
    void a_payload_with_several_methods_is_explained() {
        FailureAnalysis analysis = refused(Ambiguous.class);
        assertThat(analysis.getDescription())
                .contains("asks for DurableQueue<Message>, and 3 methods have that payload.")
                .contains("'send-mail' is a DurableQueue<Message> (@PoolTask method "
                        + SendMail.class.getName() + ".send)")
                .contains("'send-sms' is a DurableQueue<Message>")
                .contains("'mails' is a DurableQueue<List<Mail>>");
        assertThat(analysis.getAction())
                .isEqualTo("Call the parameter like the tasks, such as sendMail, or say @Qualifier(\"name of the"
                        + " tasks\").");
    }

    @Test
    void a_payload_without_a_method_is_explained() {
        FailureAnalysis analysis = refused(None.class);
        assertThat(analysis.getDescription()).contains("DurableQueue<String>, but no method has the payload String.");
        assertThat(analysis.getAction()).contains("DurableQueues");
        assertThat(refused(WrongName.class).getAction()).contains("Did you mean send-mail?");
        assertThat(refused(WrongType.class).getDescription())
                .contains("with the qualifier 'mails', but the tasks of that name have another payload.");
        DurableRunner.h2().withBean(None.class).run(context -> assertThat(
                DurableRunner.analysis(context).getDescription())
                .endsWith("asks for DurableQueue<String>, but no method of a bean is annotated with @PoolTask."));
    }
}
