package io.github.ppool.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts a message into its frame, and finds the frame of an answer. Immutable. */
sealed interface Framing {

    /**
     * The bytes to write for a message.
     *
     * @throws IllegalArgumentException if the protocol has no frame for the message
     */
    byte[] frame(byte[] message);

    /**
     * Reads one answer. Blocks.
     *
     * @throws PortProtocolException if the bytes are no answer
     * @throws IOException if the stream fails or ends
     */
    byte[] read(PortInput input) throws IOException;

    /** One line for each message. */
    record Lines(boolean json, int maxMessage) implements Framing {

        @Override
        public byte[] frame(byte[] message) {
            for (byte each : message) {
                if (each == '\n') {
                    throw new IllegalArgumentException(
                            "message must be one line, but it contains a newline; its length is " + message.length
                                    + " bytes");
                }
            }
            if (json) {
                String fault = JsonText.fault(message);
                if (fault != null) {
                    throw new IllegalArgumentException("message must be one JSON value: " + fault);
                }
            }
            byte[] framed = new byte[message.length + 1];
            System.arraycopy(message, 0, framed, 0, message.length);
            framed[message.length] = '\n';
            return framed;
        }

        @Override
        public byte[] read(PortInput input) throws IOException {
            byte[] line = input.readLine(maxMessage);
            String fault = json ? JsonText.fault(line) : null;
            if (fault != null) {
                throw new PortProtocolException("a line of " + line.length + " bytes is no JSON value: " + fault,
                        null);
            }
            return line;
        }
    }

    /** The length of each message, and then its bytes. */
    record LengthPrefixed(int bytes, ByteOrder order, int maxMessage) implements Framing {

        @Override
        public byte[] frame(byte[] message) {
            long most = mostIn(bytes);
            if (message.length > most) {
                throw new IllegalArgumentException("message must have at most " + most + " bytes, because its length"
                        + " has " + bytes + (bytes == 1 ? " byte" : " bytes") + ", got: " + message.length);
            }
            ByteBuffer framed = ByteBuffer.allocate(bytes + message.length).order(order);
            switch (bytes) {
                case 1 -> framed.put((byte) message.length);
                case 2 -> framed.putShort((short) message.length);
                default -> framed.putInt(message.length);
            }
            return framed.put(message).array();
        }

        @Override
        public byte[] read(PortInput input) throws IOException {
            ByteBuffer head = ByteBuffer.wrap(input.readBytes(bytes)).order(order);
            long length = switch (bytes) {
                case 1 -> Byte.toUnsignedLong(head.get());
                case 2 -> Short.toUnsignedLong(head.getShort());
                default -> Integer.toUnsignedLong(head.getInt());
            };
            if (length > maxMessage) {
                throw new PortProtocolException("an answer of " + length + " bytes is announced, above max-message ("
                        + maxMessage + ")", null);
            }
            return input.readBytes((int) length);
        }

        private static long mostIn(int bytes) {
            return bytes == 4 ? Integer.MAX_VALUE : (1L << (8 * bytes)) - 1;
        }
    }

    /** The text of bytes that must be UTF-8; null if they are not. */
    static @Nullable String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // a byte that is no part of a character has become U+FFFD, which the bytes may also contain in good order
        return text.indexOf('\uFFFD') < 0 || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)
                ? text
                : null;
    }

    /**
     * The bytes of a text.
     *
     * @throws IllegalArgumentException if the text has half a surrogate pair, which UTF-8 has no bytes for
     */
    static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (hasSurrogate(text) && !new String(bytes, StandardCharsets.UTF_8).equals(text)) {
            throw new IllegalArgumentException("message must have no unpaired surrogate; its length is "
                    + text.length() + " characters");
        }
        return bytes;
    }

    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
