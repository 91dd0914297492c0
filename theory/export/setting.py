r"""``setting.tex``: what all exported claims share, every name of it with the prefix ``sm``.

Nothing is defined that the paper has under that name already, so what the paper sets before ``\input{setting}`` stands:
the environments ``smstatement`` and ``smlemma``, the words ``\smstatementname``, ``\smstatementsname`` and
``\smlemmaname`` of references, and any macro of the notation.
"""

from __future__ import annotations

import re

from theory.glossary import setting_tex
from theory.latex import MACROS

PREFIX = "sm"
"""What the names of all macros, environments and labels of the export begin with."""

_OWN = re.compile(rf"\\({'|'.join(name[1:] for name in MACROS)})(?![A-Za-z])")

_SETTING = r"""% What the claims of stable-minima share. \input{setting} in the preamble of the paper, after its packages and
% its own theorems;
% \smsetting, in the body, says what the notation means. Names begin with sm, and what exists already is kept.
\RequirePackage{amsmath,amssymb,graphicx}
\makeatletter
% words and counter of the statements: those of the environment "theorem" of the paper, if it has one
\providecommand{\smstatementname}{Proposition}
\providecommand{\smstatementsname}{Propositions}
\providecommand{\smlemmaname}{Lemma}
\@ifundefined{smstatement}{%
  \@ifundefined{c@theorem}{\newtheorem{smstatement}{\smstatementname}}{\newtheorem{smstatement}[theorem]{\smstatementname}}}{}
\@ifundefined{smlemma}{%
  \@ifundefined{c@smstatement}{%
    \@ifundefined{c@theorem}{\newtheorem{smlemma}{\smlemmaname}}{\newtheorem{smlemma}[theorem]{\smlemmaname}}}%
  {\newtheorem{smlemma}[smstatement]{\smlemmaname}}}{}
% proofs are those of the paper; amsthm is not loaded here, since theorems of before would not survive it
\@ifundefined{smproof}{\newenvironment{smproof}%
  {\@ifundefined{proof}{\par\smallskip\noindent\textit{Proof.} }{\begin{proof}}%
   \setlength{\belowdisplayskip}{0pt}\setlength{\belowdisplayshortskip}{0pt}}%
  {\@ifundefined{proof}{\hspace*{\fill}$\square$\par\smallskip}{\end{proof}}}}{}
% a reference to a label, or words where the file that has the label is not input
\providecommand{\smref}[3][\smstatementname]{\@ifundefined{r@#2}{#3}{#1~\ref{#2}}}
\providecommand{\smrefs}[3]{\@ifundefined{r@#1}{#3}{\smstatementsname~\ref{#1}--\ref{#2}}}
\providecommand{\smby}[2][\smstatementname]{\@ifundefined{r@#2}{}{, #1~\ref{#2}}}
% a line of a display: what is wider than the room beside #1 and the number, and cannot be broken, is made smaller
\newsavebox{\smbox}
\newlength{\smroom}
\providecommand{\smfit}[2][]{\begingroup\sbox{\smbox}{$\displaystyle#1$}%
  \setlength{\smroom}{\linewidth}\addtolength{\smroom}{-\wd\smbox}\addtolength{\smroom}{-3.5em}%
  \sbox{\smbox}{$\displaystyle#2$}%
  \ifdim\wd\smbox>\smroom\resizebox{\smroom}{!}{\usebox{\smbox}}\else\usebox{\smbox}\fi\endgroup}
% the words of an entry of a list, at the right margin
\providecommand{\smwords}[1]{{\sbox{\smbox}{\textit{#1}}\unskip\nobreak\hfil\penalty50\hskip1em\hbox{}\nobreak\hfil
  \ifdim\wd\smbox>.8\linewidth\parbox[t]{.8\linewidth}{\raggedleft\textit{#1}}\else\usebox{\smbox}\fi
  \parfillskip=0pt\finalhyphendemerits=0\par}}
\newenvironment{smlist}{\begin{list}{}{\setlength{\leftmargin}{1.5em}\setlength{\rightmargin}{0pt}%
  \setlength{\itemsep}{0pt}\setlength{\parsep}{1pt}\setlength{\topsep}{3pt}\setlength{\labelwidth}{0pt}}\sloppy}{\end{list}}
\makeatother
MACROS
\providecommand{\smsetting}{\begingroup\sloppy
NOTATION\par\endgroup}
"""


def setting() -> str:
    """The text of ``setting.tex``: packages, environments, references, the macros of the notation and what it means."""
    macros = "\n".join(MACROS.values()).replace(r"\newcommand", r"\providecommand")
    notation = setting_tex().replace(r"\subsection*{Notation}", r"\paragraph{Notation.}")
    return _SETTING.replace("MACROS", own_macros(macros)).replace("NOTATION", own_macros(notation))


def own_macros(text: str) -> str:
    r"""LaTeX with the macros of ``theory.latex.MACROS`` under their names in papers.

    >>> print(own_macros(r"\E\norm{X} \le \Ends"))
    \smE\smnorm{X} \le \Ends
    """
    return _OWN.sub(rf"\\{PREFIX}\1", text)
