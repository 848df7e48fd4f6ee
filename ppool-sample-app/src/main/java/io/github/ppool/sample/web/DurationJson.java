package io.github.ppool.sample.web;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.jackson.JacksonComponent;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Durations in JSON as in application.yml: {@code "1s"}, {@code "500ms"}, {@code "PT1M"}. A number without a unit is
 * refused.
 */
@JacksonComponent
class DurationJson {

    static final String RULE = "must be a duration with its unit, such as 500ms, 10s or PT1M";

    private DurationJson() {}

    static String print(Duration value) {
        ChronoUnit unit = value.toMillis() % 1000 == 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS;
        return DurationStyle.SIMPLE.print(value, unit);
    }

    static class Deserializer extends ValueDeserializer<Duration> {
        @Override
        public Duration deserialize(JsonParser json, DeserializationContext context) {
            String text = json.hasToken(JsonToken.VALUE_STRING) ? json.getString().strip() : json.getString();
            try {
                if (text != null && text.matches(".*[a-zA-Z].*")) {
                    return DurationStyle.detectAndParse(text);
                }
            } catch (IllegalArgumentException | ArithmeticException malformed) {
                // refused below
            }
            throw context.weirdStringException(String.valueOf(text), Duration.class, RULE);
        }
    }

    static class Serializer extends ValueSerializer<Duration> {
        @Override
        public void serialize(Duration value, JsonGenerator json, SerializationContext context) {
            json.writeString(print(value));
        }
    }
}
