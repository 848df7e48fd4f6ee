package io.github.ppool.port;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether bytes are exactly one JSON value (RFC 8259). It finds answers that are none, such as a stack trace or a
 * line of a print statement. The bytes must be UTF-8. It makes no objects, and does not check that names are unique.
 */
final class JsonText {

    /** The depth that mappers of JSON accept by default. */
    private static final int DEEPEST = 1_000;

    private final byte[] json;
    private int at;

    private JsonText(byte[] json) {
        this.json = json;
    }

    /** Why the bytes are no JSON value; null if they are one. Shows none of the bytes, which may be secret. */
    static @Nullable String fault(byte[] json) {
        JsonText text = new JsonText(json);
        try {
            text.value(0);
            text.blanks();
            if (text.at < json.length) {
                throw text.wrong("the end");
            }
            return null;
        } catch (Fault fault) {
            return fault.text;
        }
    }

    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
        private final String text;

        Fault(String text) {
            super(text, null, false, false);
            this.text = text;
        }
    }

    private Fault wrong(String expected) {
        return new Fault((at < json.length ? "byte " + (at + 1) + " is not " : "it ends before ") + expected);
    }

    private int peek() {
        return at < json.length ? json[at] : -1;
    }

    private void blanks() {
        while (at < json.length && (json[at] == ' ' || json[at] == '\t' || json[at] == '\r' || json[at] == '\n')) {
            at++;
        }
    }

    private void value(int depth) throws Fault {
        if (depth > DEEPEST) {
            throw new Fault("it is nested more than " + DEEPEST + " times");
        }
        blanks();
        switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void members(int depth) throws Fault {
        at++;
        blanks();
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            blanks();
            if (peek() != '"') {
                throw wrong("the name of a member");
            }
            string();
            blanks();
            expect(':', "a colon");
            value(depth + 1);
            blanks();
            if (peek() == '}') {
                at++;
                return;
            }
            expect(',', "a comma or the end of an object");
        }
    }

    private void elements(int depth) throws Fault {
        at++;
        blanks();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            value(depth + 1);
            blanks();
            if (peek() == ']') {
                at++;
                return;
            }
            expect(',', "a comma or the end of an array");
        }
    }

    private void expect(char wanted, String name) throws Fault {
        if (peek() != wanted) {
            throw wrong(name);
        }
        at++;
    }

    private void word(String word) throws Fault {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i), "a value");
        }
    }

    private void string() throws Fault {
        at++;
        while (true) {
            int next = peek();
            if (next == '"') {
                at++;
                return;
            }
            if (next == '\\') {
                at++;
                escape();
            } else if (at == json.length || (next >= 0 && next < ' ')) {
                throw wrong("the end of a string");
            } else if (next < 0) {
                character();
            } else {
                at++;
            }
        }
    }

    /** A character of several bytes in UTF-8. */
    private void character() throws Fault {
        int first = json[at] & 0xff;
        switch (first >> 4) {
            case 0xc, 0xd -> continued(first >= 0xc2, 0x80, 0xbf, 1);
            case 0xe -> continued(true, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf, 2);
            case 0xf -> continued(first <= 0xf4, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf, 3);
            default -> throw wrong("UTF-8");
        }
    }

    /** The second byte is within its own bounds: there is one form of each character, and none of a surrogate. */
    private void continued(boolean begun, int least, int most, int bytes) throws Fault {
        if (!begun) {
            throw wrong("UTF-8");
        }
        at++;
        for (int i = 0; i < bytes; i++) {
            if (at == json.length) {
                throw wrong("the end of a character");
            }
            int next = json[at] & 0xff;
            if (next < (i == 0 ? least : 0x80) || next > (i == 0 ? most : 0xbf)) {
                throw wrong("UTF-8");
            }
            at++;
        }
    }

    private void escape() throws Fault {
        int kind = peek();
        if (kind == 'u') {
            at++;
            for (int i = 0; i < 4; i++) {
                if (Character.digit(peek(), 16) < 0) {
                    throw wrong("a digit of an escape");
                }
                at++;
            }
        } else if (kind > 0 && "\"\\/bfnrt".indexOf(kind) >= 0) {
            at++;
        } else {
            throw wrong("an escape");
        }
    }

    private void number() throws Fault {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits("a value");
        }
        if (peek() == '.') {
            at++;
            digits("a digit");
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("a digit");
        }
    }

    private void digits(String name) throws Fault {
        if (peek() < '0' || peek() > '9') {
            throw wrong(name);
        }
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
    }
}
