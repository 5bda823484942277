"""Make the font that Chinese figures are drawn with: a subset of Noto Sans CJK SC.

``python -m tools.font NotoSansCJKsc-Regular.otf`` (the PyPI package ``mplfonts`` carries that
file) keeps the characters of all Chinese texts of the course, those of GB 2312 level 1 (the
3,755 common ones) and full-width punctuation. Same source, same texts, same bytes.

The subset has a name of its own: a full Noto font on the reader's machine must not be taken
for it, and a modified version should not go by a trademark's name.
"""

import argparse
from pathlib import Path

from fontTools import subset

from crmlab.plots import CHINESE_FONT

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "crmlab" / "locale" / "zh" / "fonts" / "crmlab-sans-sc.otf"
_KEPT_NAMES = (0, 7, 8, 9, 10, 11, 12, 13, 14)  # copyright, makers, licence


def characters():
    """Return every character that the subset needs."""
    rows, cells = range(0xB0, 0xD8), range(0xA1, 0xFF)
    common = b"".join(bytes([row, cell]) for row in rows for cell in cells)
    full_width = map(chr, [*range(0x3000, 0x3020), *range(0xFF01, 0xFF61)])
    ascii_ = map(chr, range(0x20, 0x7F))
    return {*common.decode("gb2312", "ignore"), *full_width, *ascii_, *used()}


def used():
    """Return the characters of all Chinese texts: the catalogue and the prose."""
    texts = [
        *ROOT.glob("crmlab/locale/zh/LC_MESSAGES/*.po"),
        *ROOT.glob("manuscript/**/zh/*.md"),
    ]
    return set("".join(path.read_text(encoding="utf-8") for path in texts)) - {"\n"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="the whole font, NotoSansCJKsc-Regular.otf")
    options = subset.Options(
        layout_features=[],
        name_IDs=_KEPT_NAMES,
        hinting=False,
        desubroutinize=False,
        drop_tables=["BASE", "DSIG", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
        recalc_timestamp=False,
    )
    font = subset.load_font(parser.parse_args().source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters())))
    subsetter.subset(font)
    _rename(font)
    subset.save_font(font, TARGET, options)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.2f} MB")


def _rename(font):
    file_name = CHINESE_FONT.replace(" ", "") + "-Regular"
    names = {1: CHINESE_FONT, 2: "Regular", 3: file_name, 4: CHINESE_FONT, 6: file_name}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
        font["name"].setName(text, number, 1, 0, 0)
    font["name"].setName("A subset of Noto Sans CJK SC", 10, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [file_name]
    top[0].FullName, top[0].FamilyName = CHINESE_FONT, CHINESE_FONT


if __name__ == "__main__":
    main()
