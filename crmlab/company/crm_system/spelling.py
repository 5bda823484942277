"""How names are written: in characters, in pinyin, in capitals with the surname first.

One sound has many characters, so pinyin loses something: 李 and 黎 are both Li. It is what
three lists of people have in common.
"""

# Sound: the characters that names of the company's customers are written with.
SURNAMES = {
    "Wang": "王汪", "Li": "李黎", "Zhang": "张章", "Liu": "刘", "Chen": "陈", "Yang": "杨",
    "Huang": "黄", "Zhao": "赵", "Wu": "吴伍", "Zhou": "周", "Xu": "徐许", "Sun": "孙",
    "Ma": "马", "Zhu": "朱祝", "Hu": "胡", "Guo": "郭", "He": "何贺", "Lin": "林", "Gao": "高",
    "Luo": "罗骆", "Zheng": "郑", "Liang": "梁", "Xie": "谢", "Song": "宋", "Tang": "唐汤",
    "Han": "韩", "Feng": "冯", "Deng": "邓", "Cao": "曹", "Peng": "彭", "Zeng": "曾",
    "Xiao": "肖萧", "Tian": "田", "Dong": "董", "Pan": "潘", "Yuan": "袁", "Cai": "蔡",
    "Jiang": "蒋江",
}  # fmt: skip
GIVEN = {
    "Wei": "伟威薇", "Fang": "芳", "Na": "娜", "Min": "敏", "Jing": "静晶", "Li": "丽",
    "Qiang": "强", "Lei": "磊雷", "Jun": "军俊", "Yang": "洋阳", "Yong": "勇", "Yan": "艳燕",
    "Jie": "杰洁", "Juan": "娟", "Tao": "涛", "Ming": "明", "Chao": "超", "Xia": "霞",
    "Ping": "萍", "Gang": "刚", "Hui": "慧辉", "Ling": "玲", "Bo": "波博", "Hong": "红",
    "Yu": "宇玉", "Xin": "欣鑫", "Lan": "兰", "Mei": "梅", "Dan": "丹", "Bin": "斌",
    "Kai": "凯", "Ting": "婷", "Ning": "宁", "Rui": "瑞", "Hao": "浩", "Qian": "倩",
    "Yi": "怡", "Shan": "珊", "Jia": "佳", "Bing": "冰",
}  # fmt: skip
PLACES = {
    "Lianhu": "莲湖", "Nanping": "南屏", "Donghai": "东海", "Xishan": "西山",
    "Beilin": "碑林", "Qingyang": "青羊", "Wuyuan": "婺源", "Heping": "和平",
    "Taihu": "太湖", "Longgang": "龙岗", "Jinshan": "金山", "Huaihe": "淮河",
    "Linjiang": "临江", "Meiling": "梅岭", "Yunhe": "运河", "Gulou": "鼓楼",
    "Hexi": "河西", "Xinghai": "星海", "Baiyun": "白云", "Chaoyang": "朝阳",
}  # fmt: skip

_NAME_SOUND = {
    character: f" {sound.lower()} "
    for table in (SURNAMES, GIVEN)
    for sound, characters in table.items()
    for character in characters
}
_PLACE_SOUND = {characters: sound.lower() for sound, characters in PLACES.items()}


def name_key(names):
    """Return names so that three spellings of one name are the same text.

    Characters become pinyin, capitals small letters, and the words stand in the order of the
    alphabet: who sorts need not know which is the surname.

    Parameters
    ----------
    names : pandas.Series
        Text: ``王伟``, ``Wei Wang``, ``WANG WEI``.

    Returns
    -------
    pandas.Series
        ``wang wei``; missing where nothing is left.
    """
    words = names.fillna("").str.translate(str.maketrans(_NAME_SOUND)).str.lower().str.split()
    found = words.map(lambda some: " ".join(sorted(some)))
    return found.where(found != "")


def street_key(addresses):
    """Return the street of addresses in small letters: ``莲湖路88号`` is ``lianhu 88``.

    Parameters
    ----------
    addresses : pandas.Series
        Text, in characters or in pinyin, the number before or behind.

    Returns
    -------
    pandas.Series
        Street and number; missing where nothing is left.
    """
    text = addresses.fillna("").str.lower()
    in_characters = text.str.extract(r"^(\D+?)路", expand=False).map(_PLACE_SOUND)
    street = in_characters.fillna(text.str.extract(r"([a-z]+)", expand=False))
    return street + " " + text.str.extract(r"(\d+)", expand=False)
