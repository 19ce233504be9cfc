"""Whether a file is SPDX 2.3, by the standard's own JSON schema: spdx.py SCHEMA SBOM.spdx.json. The schema is schemas/spdx-schema.json of
github.com/spdx/spdx-spec at v2.3, which is not part of this tree. Also looks at what a schema can't say: that each id is there once, and that
relationships lead to ids. Without SCHEMA ("") only that.
"""

import json
import re
import sys


def problems(document):
    ids = ["SPDXRef-DOCUMENT"] + [entry["SPDXID"] for entry in document["packages"] + document["files"]]
    found = [f"{one}: twice" for one in set(ids) if ids.count(one) > 1]
    found += [f"{one}: no id" for one in ids if not re.fullmatch(r"SPDXRef-[a-zA-Z0-9.-]+", one)]
    found += [f"{end}: is not there" for relationship in document["relationships"]
              for end in (relationship["spdxElementId"], relationship["relatedSpdxElement"]) if end not in ids]
    found += [f"{one}: is not there" for package in document["packages"] for one in package.get("hasFiles", []) if one not in ids]
    found += [f"{file['fileName']}: no SHA-1" for file in document["files"] if "SHA1" not in {sum["algorithm"] for sum in file["checksums"]}]
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["creationInfo"]["created"]):
        found.append("created: no time")
    return found


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        document = json.load(file)
    if sys.argv[1]:
        import jsonschema
        with open(sys.argv[1], encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.validators.validator_for(schema)(schema).validate(document)
    found = problems(document)
    print("\n".join(found) or "SPDX 2.3")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
