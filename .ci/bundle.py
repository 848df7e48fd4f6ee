#!/usr/bin/env python3
"""Checks the unpacked bundle of a release: bundle.py REPOSITORY VERSION SOURCE. Prints each fault; 1 if any."""
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

REPOSITORY, VERSION, SOURCE = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
GROUP = pathlib.Path('io/github/ppool')
NAMESPACE = {'m': 'http://maven.apache.org/POM/4.0.0'}
# What Maven Central demands of each POM: https://central.sonatype.org/publish/requirements/
DEMANDED = ['groupId', 'artifactId', 'version', 'name', 'description', 'url', 'licenses/license/name',
            'licenses/license/url', 'developers/developer/name', 'developers/developer/email', 'scm/connection',
            'scm/developerConnection', 'scm/url']
faults = []
seen = set()


def fault(text):
    faults.append(text)


def pom(path):
    return ElementTree.parse(path).getroot()


def text(root, path):
    found = root.find('/'.join('m:' + name for name in path.split('/')), NAMESPACE)
    return None if found is None else (found.text or '').strip()


def is_published(module):
    skip = text(pom(SOURCE / module / 'pom.xml'), 'properties/maven.deploy.skip')
    return skip != 'true'


def check_file(path):
    """A file of the bundle with its signature and checksums."""
    seen.add(path)
    if not path.is_file() or path.stat().st_size == 0:
        fault(f'{path.name} is missing or empty')
        return False
    content = path.read_bytes()
    for kind in ('md5', 'sha1'):
        sum_file = path.with_name(f'{path.name}.{kind}')
        seen.add(sum_file)
        if not sum_file.is_file():
            fault(f'{sum_file.name} is missing')
        elif sum_file.read_text().split()[0] != hashlib.new(kind, content).hexdigest():
            fault(f'{sum_file.name} is of other content')
    for kind in ('sha256', 'sha512'):
        sum_file = path.with_name(f'{path.name}.{kind}')
        if sum_file.is_file():
            seen.add(sum_file)
            if sum_file.read_text().split()[0] != hashlib.new(kind, content).hexdigest():
                fault(f'{sum_file.name} is of other content')
    signature = path.with_name(path.name + '.asc')
    seen.add(signature)
    if not signature.is_file():
        fault(f'{signature.name} is missing')
    else:
        run = subprocess.run(['gpg', '--batch', '--verify', str(signature), str(path)], capture_output=True, text=True)
        if run.returncode != 0:
            fault(f'{signature.name} is no signature of {path.name}: {run.stderr.strip()}')
    return True


def check_pom(path, module):
    root = pom(path)
    for name in DEMANDED:
        if not text(root, name):
            fault(f'{path.name} has no <{name}>')
    if text(root, 'artifactId') != module or text(root, 'version') != VERSION:
        fault(f'{path.name} is not of {module} {VERSION}')
    if root.find('m:parent', NAMESPACE) is not None:
        fault(f'{path.name} has a parent, which is not published')
    for name in ('build', 'profiles', 'repositories', 'modules'):
        if root.find('m:' + name, NAMESPACE) is not None:
            fault(f'{path.name} has <{name}>')
    for dependency in root.findall('m:dependencies/m:dependency', NAMESPACE):
        artifact, version = text(dependency, 'artifactId'), text(dependency, 'version')
        if not version or '$' in version or version.endswith('SNAPSHOT'):
            fault(f'{path.name}: {artifact} has the version {version}')
        if text(dependency, 'scope') == 'test':
            fault(f'{path.name}: {artifact} has the scope test')
    raw = path.read_text()
    for variable in set(re.findall(r'\$\{[^}]*\}', raw)) - {'${project.version}'}:
        fault(f'{path.name} has the variable {variable}')
    return root


def manifest(jar):
    content = jar.read('META-INF/MANIFEST.MF').decode().replace('\r\n', '\n').replace('\n ', '')
    return dict(line.split(': ', 1) for line in content.split('\n') if ': ' in line)


def check_jar(path, module, packages, names):
    with zipfile.ZipFile(path) as jar:
        entries = set(jar.namelist())
        for entry in ('META-INF/LICENSE', 'META-INF/NOTICE'):
            if entry not in entries:
                fault(f'{path.name} has no {entry}')
        if path.name.endswith('-sources.jar'):
            if not any(entry.endswith(('.java', '.kt')) for entry in entries):
                fault(f'{path.name} has no sources')
        elif path.name.endswith('-javadoc.jar'):
            if 'index.html' not in entries:
                fault(f'{path.name} has no index.html')
        else:
            values = manifest(jar)
            if not values.get('Implementation-Title') or values.get('Implementation-Version') != VERSION:
                fault(f'{path.name}: Implementation-Title or -Version is missing or wrong in the manifest: {values}')
            name = values.get('Automatic-Module-Name')
            if ('module-info.class' in entries) == (name is not None):
                fault(f'{path.name} needs either module-info.class or Automatic-Module-Name')
            if name is not None and not re.fullmatch(r'[a-z]+(\.[a-z]+)*', name):
                fault(f'{path.name} has the module name {name}')
            if name in names:
                fault(f'{path.name} has the module name {name} of {names[name]}')
            if name is not None:
                names[name] = module
            for entry in entries:
                if entry.endswith('.class') and '/' in entry:
                    owner = packages.setdefault(entry.rsplit('/', 1)[0], module)
                    if owner != module:
                        fault(f'the package of {entry} is in {owner} and in {module}')
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as again:
                broken = again.testzip()
                if broken:
                    fault(f'{path.name}: {broken} is broken')


def check_sbom(path, module):
    content = json.loads(path.read_text())
    component = content.get('metadata', {}).get('component', {})
    known = content.get('bomFormat'), component.get('name'), component.get('version')
    if known != ('CycloneDX', module, VERSION):
        fault(f'{path.name} is not the SBOM of {module} {VERSION}')


modules = [element.text for element in pom(SOURCE / 'pom.xml').findall('m:modules/m:module', NAMESPACE)
           if is_published(element.text)]
packages, names, managed = {}, {}, set()
for module in modules:
    base = REPOSITORY / GROUP / module / VERSION / f'{module}-{VERSION}'
    packaging = text(pom(SOURCE / module / 'pom.xml'), 'packaging') or 'jar'
    path = base.with_name(base.name + '.pom')
    if check_file(path):
        root = check_pom(path, module)
        if module == 'ppool-bom':
            managed = {text(dependency, 'artifactId') for dependency in
                       root.findall('m:dependencyManagement/m:dependencies/m:dependency', NAMESPACE)}
    if packaging == 'jar':
        for ending in ('.jar', '-sources.jar', '-javadoc.jar'):
            path = base.with_name(base.name + ending)
            if check_file(path):
                check_jar(path, module, packages, names)
    for ending in ('-cyclonedx.json', '-cyclonedx.xml'):
        path = base.with_name(base.name + ending)
        if check_file(path) and ending.endswith('.json'):
            check_sbom(path, module)
if managed != set(modules) - {'ppool-bom'}:
    fault(f'the BOM has {sorted(managed)}; published are {sorted(modules)}')
for path in sorted(REPOSITORY.rglob('*')):
    if path.is_file() and path not in seen and not (
            path.suffix in ('.md5', '.sha1', '.sha256', '.sha512') and path.with_suffix('') in seen):
        fault(f'{path.relative_to(REPOSITORY)} is more than a release has')
for line in faults:
    print('FOUND', line)
if not modules:
    sys.exit('no published module was found')
print(f'{len(modules)} modules, {len(seen)} files, {len(faults)} faults')
sys.exit(1 if faults else 0)
