#!/usr/bin/env python3
"""Walks a tutorial as a reader does: tutorial.py PAGE FOLDER VERSION LOCAL_REPOSITORY.

The files of the page are written into the folder, with VERSION in the place of the page's version of ppool. Maven has
the local repository LOCAL_REPOSITORY. Then each command of the page is typed, and its answer compared with the page.
Prints the seconds of each step; ends with 1 at the first difference.
"""
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time

PAGE, FOLDER, VERSION, LOCAL = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
TEXT = PAGE.read_text()
CONSOLE = re.findall(r'\n```console\n(.*?)\n```\n', TEXT, re.DOTALL)
PATIENCE = 120
# A tutorial of plain Java is spoken to at a prompt, one of Spring Boot by curl.
AT_A_PROMPT = any(line.startswith('> ') for block in CONSOLE for line in block.split('\n'))
begun = time.monotonic()


def lap(step):
    global begun
    now = time.monotonic()
    print(f'{PAGE.name}: {now - begun:5.1f} s  {step}', flush=True)
    begun = now


def fail(text):
    sys.exit(f'{PAGE.name}: {text}')


def write_files():
    files = re.findall(r'<!-- file (\S+) -->\n```\w+\n(.*?\n)```\n', TEXT, re.DOTALL)
    if not files:
        fail('has no files')
    for name, content in files:
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.replace('1.0.0-SNAPSHOT', VERSION))
    lap(f'{len(files)} files are written')


def java_of_maven():
    said = subprocess.run(['mvn', '-version', '-B'], capture_output=True, text=True).stdout
    found = re.search(r'Java version: (\d+)', said)
    return int(found.group(1)) if found else 0


def environment():
    """As the page says: if Maven runs on an older JDK, JAVA_HOME is the folder of a newer one."""
    variables = dict(os.environ)
    variables['MAVEN_OPTS'] = f'{variables.get("MAVEN_OPTS", "")} -Dmaven.repo.local={LOCAL}'.strip()
    if java_of_maven() < 21:
        for folder in sorted(pathlib.Path('/usr/lib/jvm').glob('*')):
            release = folder / 'release'
            found = release.is_file() and re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if found and int(found.group(1)) >= 21 and (folder / 'bin/javac').exists():
                variables['JAVA_HOME'] = str(folder)
                return variables
        fail('Maven runs on a JDK older than 21, and /usr/lib/jvm has no newer one; set JAVA_HOME')
    return variables


class Output:
    """The output of a program, read on a thread of its own."""

    def __init__(self, stream):
        self.pieces, self.text = queue.Queue(), ''
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        while True:
            piece = os.read(stream.fileno(), 65536)
            self.pieces.put(piece.decode(errors='replace') if piece else None)
            if not piece:
                return

    def wait(self, wanted, words):
        """Waits until the text that is not taken yet has the pattern, takes it up to there, and returns the match."""
        give_up = time.monotonic() + PATIENCE
        while True:
            found = re.search(wanted, self.text, re.DOTALL | re.MULTILINE)
            if found:
                self.text = self.text[found.end():]
                return found
            try:
                piece = self.pieces.get(timeout=max(0.0, give_up - time.monotonic()))
            except queue.Empty:
                fail(f'nothing said {words} within {PATIENCE} s, but: {self.text}')
            if piece is None:
                fail(f'the program has ended without {words}: {self.text}')
            self.text += piece


def masked(text):
    """Times differ from run to run, and so do the numbers of printers; over HTTP those of ports and dates as well."""
    text = re.sub(r'\b\d+(\.\d+)?(µs|us|ms|s)\b', 'T', text.strip())
    return re.sub(r'(printers?[ /])\d+' if AT_A_PROMPT else r'()\d+', r'\1N', text)


def pattern(line):
    """A line of the page as it may come from the program."""
    return r'\s*'.join(re.escape(part) if part != '…' else '.*?' for part in re.split(r'(…)', masked(line)))


def log_has(output, line):
    """Waits for a line of the log."""
    kept = ''
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        kept = output.wait(r'^.*?\n', repr(line)).group(0)
        if re.search(pattern(line), masked(kept)):
            return
    fail(f'the log has no line {line!r}; the last one is {kept!r}')


def plain_java(variables):
    commands = [part.strip().split('\n') for block in CONSOLE for part in re.split(r'(?m)^> ', block) if part.strip()]
    start = commands.pop(0)[0].removeprefix('$ ')
    if not start.startswith('mvn '):
        fail(f'begins with {start} instead of a command of Maven')
    shop = subprocess.Popen(start.split(), cwd=FOLDER, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
    try:
        talk(shop, start, commands)
    finally:
        if shop.poll() is None:
            shop.kill()


def talk(shop, start, commands):
    answers, log = Output(shop.stdout), Output(shop.stderr)
    before = answers.wait(r'^> |\A> ', 'a prompt')
    lap(start)
    if before.start() != 0:
        fail(f'{start} says more than the page: {before.string[:before.start()]}')
    for command, *lines in commands:
        expected = '\n'.join(line for line in lines if not re.match('(ERROR|INFO|WARN) ', line))
        answer = None
        give_up = time.monotonic() + 20
        # The workers are made, and made again, beside the commands: a question may come too early.
        while answer is None or command == 'status' and masked(answer) != masked(expected) \
                and time.monotonic() < give_up:
            shop.stdin.write(f'{command}\n'.encode())
            shop.stdin.flush()
            if command == 'bye':
                break
            answer = answers.wait(r'\A(.*?)^> ', 'a prompt').group(1)
        if answer is not None and masked(answer) != masked(expected):
            fail(f'the answer to {command} is {answer!r}, and on the page {expected!r}')
        for line in lines:
            if line not in expected:
                log_has(log, line)
    if shop.wait(PATIENCE) != 0:
        fail(f'{start} has ended with {shop.returncode}')
    lap(f'{len(commands)} commands')


def spring_boot(variables):
    start = re.search(r'`(mvn spring-boot:run)`', TEXT).group(1)
    story = re.search(r'The log of the application tells the same story:\n\n```\n(.*?)\n```\n', TEXT, re.DOTALL)
    story = story.group(1).split('\n')
    variables = dict(variables, SERVER_PORT='0', SERVER_ADDRESS='127.0.0.1')
    # A process group of its own, for the Ctrl-C at the end.
    shop = subprocess.Popen(start.split(), cwd=FOLDER, env=variables, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        log = Output(shop.stdout)
        port = log.wait(r'Tomcat started on port (\d+)', 'the port of Tomcat').group(1)
        lap(start)
        definitions, played = '', 0
        for block in CONSOLE:
            for part in re.split(r'(?m)^\$ ', block):
                command, _, expected = part.strip().partition('\n')
                if re.match(r'\w+\(\) \{', command):
                    definitions += command + '\n'
                elif command:
                    ask(definitions, command, expected, port)
                    played += 1
                    # A reader is slower than a restart.
                    for _ in range(0 if command != 'post print jam' else 2 if len(story) == 4 else 1):
                        log_has(log, story.pop(0))
        ask('', 'curl -s -o page.html -w "%{http_code}" localhost:8080/actuator/observer/page', '200', port)
        lap(f'{played} commands')
        log_has(log, story.pop(0))
        ask('', 'curl -s localhost:8080/actuator/health',
            '{"groups":["liveness","ppool","readiness"],"status":"UP"}', port)
        lap('the printer is back')
        os.killpg(shop.pid, signal.SIGINT)
        shop.wait(PATIENCE)
        lap('Ctrl-C')
    finally:
        if shop.poll() is None:
            os.killpg(shop.pid, signal.SIGKILL)


def ask(definitions, command, expected, port):
    """A crash takes its time, so what is looked at may be seen too early; what is sent is sent once."""
    script = (definitions + command).replace('localhost:8080', f'127.0.0.1:{port}')
    give_up = time.monotonic() + 20
    while True:
        run = subprocess.run(['bash', '-c', script], cwd=FOLDER, capture_output=True, text=True, timeout=PATIENCE)
        if masked(run.stdout) == masked(expected):
            return
        if not command.startswith('curl ') or time.monotonic() > give_up:
            fail(f'the answer to {command} is {run.stdout!r} {run.stderr!r}, and on the page {expected!r}')
        time.sleep(0.1)  # until it is asked again


# A script in the background ignores Ctrl-C, and so would all programs that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the application is ended, too
write_files()
(plain_java if AT_A_PROMPT else spring_boot)(environment())
