package io.github.ppool.sample.nagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.reset;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.WorkerUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(NaggerController.class)
class NaggerControllerTest {

    private static final String GOOD = """
            {"task": "read", "every": "1s", "to": "me@example.org"}""";

    @Autowired
    private MockMvcTester http;

    @MockitoBean
    private Naggers naggers;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"task": "", "every": "1s", "to": "a@b.org"} | task | must not be blank | ``
            {"task": "a\\r\\nBcc: all@b.org", "every": "1s", "to": "a@b.org"} | task | must be one line |
            {"task": {}, "every": "1s", "to": "a@b.org"} | task | must be a text |
            {"task": "read", "to": "a@b.org"} | every | must not be null |
            {"task": "read", "every": "5", "to": "a@b.org"} | every | must be a duration with its unit | 5
            {"task": "read", "every": 5, "to": "a@b.org"} | every | must be a duration with its unit | 5
            {"task": "read", "every": "often", "to": "a@b.org"} | every | must be a duration with its unit | often
            {"task": "read", "every": "-1s", "to": "a@b.org"} | every | must be at least 100ms | -1s
            {"task": "read", "every": "9999d", "to": "a@b.org"} | every | must be at most 365d | 863913600s
            {"task": "read", "every": "1s", "times": 0, "to": "a@b.org"} | times | must be greater than 0 | 0
            {"task": "read", "every": "1s", "times": "many", "to": "a@b.org"} | times | must be a whole number | many
            {"task": "read", "every": "1s", "times": 1.5, "to": "a@b.org"} | times | must be a whole number | 1.5
            {"task": "read", "every": "1s", "times": 99999999999, "to": "a@b.org"} | times | must be a whole number |
            {"task": "read", "every": "1s", "times": [1], "to": "a@b.org"} | times | must be a whole number |
            {"task": "read", "every": "1s"} | to | must not be null |
            {"task": "read", "every": "1s", "to": "nobody"} | to | must be a well-formed email address | nobody
            {"task": "read", "every": "1s", "to": "ü@b.org"} | to | must be in ASCII | ü@b.org
            {"task": "read", "every": "1s", "to": "a@b.org", "mode": "late"} | mode | must be one of run, sync | late
            {"task": "read", "every": "1s", "to": "a@b.org", "tims": 3} | tims | is not known; known are |
            [] | body | must be a JSON object |
            nonsense | body | must be a JSON object |
            `` | body | must be a JSON object |
            """)
    void a_wrong_body_is_answered_with_field_rule_and_value(String body, String field, String rule, String value) {
        MvcTestResult answer = post(body);

        assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(answer).bodyJson().extractingPath("$.errors.length()").isEqualTo(1);
        assertThat(answer).bodyJson().extractingPath("$.errors[0].field").isEqualTo(field);
        assertThat(answer).bodyJson().extractingPath("$.errors[0].rule").asString().startsWith(rule);
        assertThat(answer).bodyJson().extractingPath("$.detail").asString().startsWith(field + " " + rule);
        if (value != null) {
            assertThat(answer).bodyJson().extractingPath("$.errors[0].value").hasToString(value);
        }
        verifyNoInteractions(naggers);
    }

    @Test
    void all_faults_of_a_body_are_told_at_once() {
        assertThat(post("{}")).bodyJson().extractingPath("$.errors[*].field").asArray()
                .containsExactly("every", "task", "to");
    }

    @Test
    void no_free_place_is_answered_with_429_and_the_reason() {
        when(naggers.start(any())).thenThrow(new NoPlaceFreeException("pool 'nagger' is running: …"));

        assertThat(post(GOOD)).hasStatus(HttpStatus.TOO_MANY_REQUESTS).bodyJson().extractingPath("$.detail")
                .isEqualTo("no place is free; pool 'nagger' is running: …");
    }

    @Test
    void a_full_queue_is_answered_with_429_and_a_pool_that_does_not_serve_with_503() {
        assertThat(statusOf(PoolRejectedException.class)).isEqualTo(429);
        assertThat(statusOf(PoolStoppedException.class)).isEqualTo(503);
        assertThat(statusOf(WorkerUnavailableException.class)).isEqualTo(503);
    }

    private int statusOf(Class<? extends PoolException> refusal) {
        PoolException refused = mock(refusal);
        when(refused.getMessage()).thenReturn("because of " + refusal.getSimpleName());
        reset(naggers);
        when(naggers.start(any())).thenThrow(refused);
        MvcTestResult answer = post(GOOD);
        assertThat(answer).bodyJson().extractingPath("$.detail").isEqualTo("because of " + refusal.getSimpleName());
        return answer.getResponse().getStatus();
    }

    @Test
    void an_application_that_is_being_stopped_answers_503() {
        when(naggers.start(any())).thenThrow(new NoNewNaggersException());

        assertThat(post(GOOD)).hasStatus(HttpStatus.SERVICE_UNAVAILABLE);
    }

    @Test
    void a_nagger_that_does_not_exist_is_answered_with_404() {
        when(naggers.get(7)).thenThrow(new NoSuchNaggerException(7));
        doThrow(new NoSuchNaggerException(7)).when(naggers).stop(7);

        assertThat(http.get().uri("/naggers/7")).hasStatus(HttpStatus.NOT_FOUND).bodyJson().extractingPath("$.detail")
                .isEqualTo("there is no nagger 7");
        assertThat(http.delete().uri("/naggers/7")).hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void a_number_that_is_none_is_answered_with_400() {
        assertThat(http.get().uri("/naggers/seven")).hasStatus(HttpStatus.BAD_REQUEST).bodyJson()
                .extractingPath("$.errors[0].field").isEqualTo("id");
    }

    private MvcTestResult post(String body) {
        return http.post().uri("/naggers").contentType(MediaType.APPLICATION_JSON).content(body).exchange();
    }
}
